import type { DomainName, OutsideMode, OutsideOverview, OutsidePolicy } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { Choice } from '../../dialogs/choice.tsx';
import { useConfig } from '../../state/config-context.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Section } from '../section.tsx';
import { DomainList } from './domain-list.tsx';
import styles from './outside.module.css';
import { samePolicy } from './outside-reach.ts';
import { PolicyDialog } from './policy-dialog.tsx';
import type { ChangeOutside } from './use-outside.ts';

interface Props {
  overview: OutsideOverview;
  change: ChangeOutside;
  /** Looks again at what stands. */
  again: () => void;
}

/** Which organisations one's people may share rooms with. Nothing changes before the consequences were shown. */
export function PolicySection({ overview, change, again }: Props) {
  const { t } = useLingui();
  const { organisation } = useConfig();
  const [mode, setMode] = useState<OutsideMode>(overview.policy.mode);
  const [domains, setDomains] = useState<readonly DomainName[]>(overview.policy.domains);
  const [isSaving, setSaving] = useState(false);
  const policy: OutsidePolicy = { mode, domains };
  const isSame = samePolicy(policy, overview.policy);
  const own = organisation.name;
  return (
    <Section title={t`Whom people of ${own} may meet`}>
      <p className={styles.intro}>
        <Trans>
          People of different organisations can share rooms without anything being set up. Here you decide which
          organisations that may be.
        </Trans>
      </p>
      <Choice
        legend={t`People of ${own} may share rooms with`}
        name="outside-mode"
        value={mode}
        options={[
          { value: 'everybody', label: t`Everybody` },
          { value: 'listed', label: t`Only organisations with these domains` },
          { value: 'nobody', label: t`Nobody outside ${own}` },
        ]}
        onChange={setMode}
      />
      {mode === 'listed' && <DomainList domains={domains} onChange={setDomains} />}
      {mode === 'listed' && domains.length === 0 && (
        <Notice kind="warning" icon="alert">
          <Trans>No domain is on the list, so this lets nobody in. Add the domains of those you work with.</Trans>
        </Notice>
      )}
      <div className={styles.buttons}>
        <Button kind="primary" isDisabled={isSame} onPress={() => setSaving(true)}>
          <Trans>Save…</Trans>
        </Button>
        {!isSame && (
          <Button
            onPress={() => {
              setMode(overview.policy.mode);
              setDomains(overview.policy.domains);
            }}
          >
            <Trans>Discard the changes</Trans>
          </Button>
        )}
      </div>
      {isSaving && (
        <PolicyDialog
          policy={policy}
          overview={overview}
          change={change}
          again={again}
          onClose={() => setSaving(false)}
        />
      )}
    </Section>
  );
}
