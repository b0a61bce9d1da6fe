import type { Administration } from '@cloister/sdk';
import type { FunctionView } from '@cloister/wire';
import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx';
import { formatDateTime } from '../i18n/format-time.ts';
import { FunctionName } from '../people/function-name.tsx';
import { Switch } from '../ui/switch.tsx';
import { FunctionReach } from './function-reach.tsx';
import styles from './functions-section.module.css';
import { Section } from './section.tsx';

interface Props {
  functions: readonly FunctionView[];
  /** Without it the functions are shown and cannot be switched. */
  administration?: Administration;
  onChanged?: () => Promise<void>;
}

/** Everything beside people that can be given keys: what it can read, and its switch (R342, R343). */
export function FunctionsSection({ functions, administration, onChanged }: Props) {
  const { t } = useLingui();
  const [switching, setSwitching] = useState<FunctionView>();
  return (
    <Section title={t`Functions that need keys`}>
      <p className={styles.intro}>
        <Trans>
          Off means that the key server gives no key for it from that moment. All are off unless you say so.
        </Trans>
      </p>
      <ul className={styles.list}>
        {functions.map((one) => (
          <FunctionLine
            key={one.purpose}
            one={one}
            {...(administration === undefined ? {} : { onSwitch: () => setSwitching(one) })}
          />
        ))}
      </ul>
      {switching && administration && (
        <SwitchDialog
          one={switching}
          administration={administration}
          onClose={() => {
            setSwitching(undefined);
            void onChanged?.();
          }}
        />
      )}
    </Section>
  );
}

function FunctionLine({ one, onSwitch }: { one: FunctionView; onSwitch?: () => void }) {
  const { t, i18n } = useLingui();
  const { purpose, enabled, changedAt, machines } = one;
  const active = machines?.filter((machine) => machine.active).length;
  const since = changedAt === undefined ? '' : formatDateTime(i18n.locale, new Date(changedAt));
  return (
    <li className={styles.line}>
      <div className={styles.words}>
        <span className={styles.name} id={`function-${purpose}`}>
          <FunctionName purpose={purpose} />
        </span>
        <span>
          <FunctionReach purpose={purpose} />
        </span>
        <span className={styles.facts}>
          {active !== undefined &&
            purpose !== 'ediscovery' &&
            (active === 0
              ? t`No machine is set up for it`
              : t`${plural(active, { one: '# machine', other: '# machines' })}`)}{' '}
          {since !== '' && (enabled ? t`On since ${since}` : t`Off since ${since}`)}
        </span>
      </div>
      {onSwitch ? (
        <Switch isOn={enabled} labelledBy={`function-${purpose}`} onPress={onSwitch} />
      ) : (
        <span className={styles.state}>{enabled ? t`On` : t`Off`}</span>
      )}
    </li>
  );
}

function SwitchDialog({
  one: { purpose, enabled },
  administration,
  onClose,
}: {
  one: FunctionView;
  administration: Administration;
  onClose: () => void;
}) {
  const { t } = useLingui();
  return (
    <ConfirmDialog
      title={enabled ? t`Switch this function off?` : t`Switch this function on?`}
      verb={enabled ? t`Switch off` : t`Switch on`}
      kind="primary"
      act={() => administration.setFunction(purpose, !enabled)}
      onClose={onClose}
    >
      <p>
        <FunctionReach purpose={purpose} />
      </p>
      <p>
        {enabled && purpose === 'indexing' ? (
          <Trans>
            Nobody can search any more, from this moment. The index stays as it is; once the function is on again, what
            was written in between is added.
          </Trans>
        ) : enabled ? (
          <Trans>The key server refuses the next key it is asked for. What was made so far stays.</Trans>
        ) : (
          <Trans>Members see it in every room under “Who can read this”. Every key given is written down.</Trans>
        )}
      </p>
    </ConfirmDialog>
  );
}
