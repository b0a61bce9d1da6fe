import type { DeletedEntry, FilesEntry, MessageEntry } from '@cloister/sdk';
import { Trans, useLingui } from '@lingui/react/macro';
import { use } from 'react';
import { formatDateTime, formatTime } from '../i18n/format-time.ts';
import { OrganisationBadge } from '../outside/organisation-badge.tsx';
import { useShownNames } from '../state/use-names.ts';
import { Avatar } from '../ui/avatar.tsx';
import { EntryActions } from './entry-actions.tsx';
import { SaidBody } from './said-body.tsx';
import styles from './said-entry.module.css';
import { SendStatus } from './send-status.tsx';
import { TargetContext } from './target-context.tsx';

/** Entries somebody wrote or shared. */
export type Said = MessageEntry | FilesEntry | DeletedEntry;

/** A message or files with who and when; the sender is shown once for a run of entries. */
export function SaidEntry({ entry, continued }: { entry: Said; continued: boolean }) {
  const { i18n, t } = useLingui();
  const { name: shown, full: name, outside } = useShownNames([entry.actor])(entry.actor);
  const isTarget = use(TargetContext) === (entry.position ?? 0);
  const date = new Date(entry.published);
  const time = formatTime(i18n.locale, date);
  const edited = entry.kind === 'message' ? entry.edited : undefined;
  return (
    <article
      aria-label={isTarget ? t`${name}, ${time}, what you looked for` : t`${name}, ${time}`}
      aria-current={isTarget ? 'location' : undefined}
      className={`${styles.entry} ${continued ? styles.continued : ''}`}
      data-entry
      data-position={entry.position}
      data-send={entry.send.state}
      tabIndex={-1}
    >
      <div className={styles.margin}>
        {continued ? (
          <time className={styles.lateTime} dateTime={entry.published}>
            {time}
          </time>
        ) : (
          <Avatar id={entry.actor} name={shown} />
        )}
      </div>
      <div className={styles.body}>
        {!continued && (
          <header className={styles.header}>
            <span className={styles.name}>{shown}</span>
            {outside !== undefined && <OrganisationBadge id={outside} />}
            <time className={styles.time} dateTime={entry.published} title={formatDateTime(i18n.locale, date)}>
              {time}
            </time>
          </header>
        )}
        <SaidBody entry={entry} />
        {edited !== undefined && (
          <span className={styles.edited} title={formatDateTime(i18n.locale, new Date(edited))}>
            <Trans>Edited</Trans>
          </span>
        )}
        <SendStatus entry={entry} />
      </div>
      <EntryActions entry={entry} />
    </article>
  );
}
