import type { MasterKeyView } from '@cloister/wire';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { formatMoment } from '../../i18n/format-time.ts';
import { Progress } from '../../ui/progress.tsx';
import styles from './key-card.module.css';

/** How many keys are under the new main key already. */
export function RotationProgress({ rotation }: { rotation: NonNullable<MasterKeyView['rotation']> }) {
  const { t, i18n } = useLingui();
  const number = new Intl.NumberFormat(i18n.locale);
  const [done, total] = [number.format(rotation.done), number.format(rotation.total)];
  const { refused } = rotation;
  return (
    <div className={styles.progress}>
      <Progress label={t`Moved to the new key`} value={rotation.total === 0 ? 1 : rotation.done / rotation.total} />
      <span className={styles.small}>
        <Trans>
          {done} of {total} keys are under the new key.
        </Trans>
      </span>
      {refused !== undefined && (
        <p role="status" className={styles.small}>
          <Plural
            value={refused}
            one="# key does not open and stays under this one. Whoever runs your key server finds it in its log."
            other="# keys do not open and stay under this one. Whoever runs your key server finds them in its log."
          />
        </p>
      )}
    </div>
  );
}

/** How far a revocation has come; spoken as it goes on. */
export function RevocationProgress({ revocation }: { revocation: NonNullable<MasterKeyView['revocation']> }) {
  const { t, i18n } = useLingui();
  const { nodes, acknowledged, requestedAt, effectiveAt } = revocation;
  const number = new Intl.NumberFormat(i18n.locale);
  const [done, total] = [number.format(acknowledged), number.format(nodes)];
  if (effectiveAt !== undefined) {
    const elapsed = (new Date(effectiveAt).getTime() - new Date(requestedAt).getTime()) / 1000;
    const seconds = new Intl.NumberFormat(i18n.locale, {
      style: 'unit',
      unit: 'second',
      unitDisplay: 'short',
      maximumFractionDigits: 1,
    }).format(elapsed);
    const at = formatMoment(i18n.locale, new Date(effectiveAt));
    return (
      <p role="status" className={styles.revocation}>
        <Trans>Revoked everywhere after {seconds}</Trans> <span className={styles.small}>({at})</span>
      </p>
    );
  }
  return (
    <div className={styles.progress}>
      <Progress label={t`Key servers that have forgotten the key`} value={nodes === 0 ? 0 : acknowledged / nodes} />
      <p role="status" className={styles.revocation}>
        <Trans>
          Revoking: {done} of {total} key servers
        </Trans>{' '}
        <span className={styles.small}>
          <Trans>This can take up to 10 minutes.</Trans>
        </span>
      </p>
    </div>
  );
}
