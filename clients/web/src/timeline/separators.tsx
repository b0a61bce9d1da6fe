import { Trans, useLingui } from '@lingui/react/macro';
import { formatDay } from '../i18n/format-time.ts';
import { useNow } from '../state/use-now.ts';
import styles from './separators.module.css';

/** The line between two days. */
export function DaySeparator({ date }: { date: Date }) {
  const { i18n } = useLingui();
  const now = useNow();
  return (
    <h2 className={styles.day}>
      <span>{formatDay(i18n.locale, date, now)}</span>
    </h2>
  );
}

/** The line above the first entry not read yet. */
export function UnreadMarker() {
  return (
    <p className={styles.unread} data-unread-marker>
      <span>
        <Trans>New</Trans>
      </span>
    </p>
  );
}
