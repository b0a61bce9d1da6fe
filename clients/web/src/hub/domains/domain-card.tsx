import type { DomainView } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useId } from 'react';
import { formatMoment } from '../../i18n/format-time.ts';
import { useAct } from '../../state/use-act.ts';
import { Button } from '../../ui/button.tsx';
import { FaultNotice } from '../../ui/fault-notice.tsx';
import { Icon } from '../../ui/icon.tsx';
import { CopiedText } from '../copied-text.tsx';
import { Facts } from '../section.tsx';
import styles from './domains.module.css';

interface Props {
  view: DomainView;
  /** Has the record looked up now. */
  verify: () => Promise<void>;
  onRemove: () => void;
}

/** One domain: proved, or how to prove it. */
export function DomainCard({ view: { domain, state, claimedAt, record, verifiedAt, by }, verify, onRemove }: Props) {
  const { t, i18n } = useLingui();
  const heading = useId();
  const { run, busy, fault } = useAct();
  const at = formatMoment(i18n.locale, new Date(verifiedAt ?? claimedAt));
  return (
    <li className={styles.card} aria-labelledby={heading}>
      <header className={styles.header}>
        <h3 id={heading} className={styles.name}>
          {domain}
        </h3>
        {state === 'pending' && (
          <Button
            kind="primary"
            icon="retry"
            isBusy={busy}
            aria-label={t`Check now: ${domain}`}
            onPress={() => void run(verify)}
          >
            <Trans>Check now</Trans>
          </Button>
        )}
        <Button aria-label={t`Give up ${domain}`} onPress={onRemove}>
          <Trans>Give up…</Trans>
        </Button>
      </header>
      <p className={styles.state}>
        <Icon name={state === 'verified' ? 'check' : 'clock'} size={16} />
        <span>
          {state === 'pending' && (
            <Trans>Claimed on {at}, not proved yet. Add this record where the domain’s DNS is kept, then check.</Trans>
          )}
          {state === 'verified' && by !== 'operator' && <Trans>Proved by its DNS record on {at}.</Trans>}
          {state === 'verified' && by === 'operator' && (
            <Trans>Vouched for on {at} by whoever runs this installation.</Trans>
          )}
        </span>
      </p>
      {state === 'pending' && record !== undefined && (
        <Facts
          facts={[
            [t`Type`, 'TXT'],
            [t`Name`, <CopiedText key="name" text={record.name} label={t`Copy the record’s name`} />],
            [t`Value`, <CopiedText key="value" text={record.value} label={t`Copy the record’s value`} />],
          ]}
        />
      )}
      <FaultNotice fault={fault} />
    </li>
  );
}
