import type { OutsideOrganisation, OutsidePolicy } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useId } from 'react';
import { formatMoment } from '../../i18n/format-time.ts';
import { useNames } from '../../state/use-names.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Facts } from '../section.tsx';
import { metName } from './met-name.ts';
import styles from './outside.module.css';
import { isAllowed } from './outside-reach.ts';

interface Props {
  organisation: OutsideOrganisation;
  policy: OutsidePolicy;
  onAsk: () => void;
}

/** One organisation that was met. */
export function OutsideCard({ organisation, policy, onAsk }: Props) {
  const { t, i18n } = useLingui();
  const heading = useId();
  const { domains, kmsHost, metAt, rooms, paused } = organisation;
  const name = metName(organisation);
  const verb = paused === undefined ? t`Pause ${name}` : t`Resume ${name}`;
  return (
    <li className={styles.card} aria-labelledby={heading}>
      <header className={styles.cardHeader}>
        <h3 id={heading} className={styles.name}>
          {name}
        </h3>
        <Button aria-label={verb} onPress={onAsk}>
          {paused === undefined ? <Trans>Pause…</Trans> : <Trans>Resume…</Trans>}
        </Button>
      </header>
      <Facts
        facts={[
          [t`State`, <State key="state" organisation={organisation} policy={policy} />],
          [t`Domains`, domains.length === 0 ? t`None proved` : domains.join(', ')],
          [t`Key server`, kmsHost],
          [t`First met`, metAt === undefined ? t`Not yet` : formatMoment(i18n.locale, new Date(metAt))],
          [t`Rooms now`, new Intl.NumberFormat(i18n.locale).format(rooms)],
        ]}
      />
    </li>
  );
}

function State({ organisation, policy }: Omit<Props, 'onAsk'>) {
  const { i18n } = useLingui();
  const { paused } = organisation;
  const by = useNames(paused === undefined ? [] : [paused.by]);
  if (paused !== undefined) {
    const [at, name] = [formatMoment(i18n.locale, new Date(paused.at)), by(paused.by)];
    return (
      <span className={styles.state}>
        <Icon name="lock" size={16} />
        <Trans>
          Paused by {name} on {at}
        </Trans>
      </span>
    );
  }
  if (!isAllowed(policy, organisation)) {
    return (
      <span className={styles.state}>
        <Icon name="lock" size={16} />
        <Trans>Shut out by the policy above</Trans>
      </span>
    );
  }
  return (
    <span className={styles.state}>
      <Icon name="check" size={16} />
      <Trans>May be met</Trans>
    </span>
  );
}
