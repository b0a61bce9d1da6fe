import { useLingui } from '@lingui/react/macro';
import { formatDateTime, formatTime } from '../i18n/format-time.ts';
import styles from './event-line.module.css';
import { type EventEntry, useEventText } from './use-event-text.ts';

/** A join, a departure, a new title: one quiet line. */
export function EventLine({ entry }: { entry: EventEntry }) {
  const { i18n } = useLingui();
  const text = useEventText(entry);
  const date = new Date(entry.published);
  return (
    <p className={styles.line} data-entry tabIndex={-1}>
      <span>{text}</span>
      <time className={styles.time} dateTime={entry.published} title={formatDateTime(i18n.locale, date)}>
        {formatTime(i18n.locale, date)}
      </time>
    </p>
  );
}
