import type { RoomView } from '@cloister/sdk';
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { roomPath } from '../app/route.ts';
import { formatDateTime, formatShort } from '../i18n/format-time.ts';
import { OutsideMark } from '../outside/outside-mark.tsx';
import { useNow } from '../state/use-now.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Link } from '../ui/link.tsx';
import { Spoken } from '../ui/spoken.tsx';
import styles from './room-list-item.module.css';

interface Props {
  room: RoomView;
  title: string;
  preview: string;
  isCurrent: boolean;
}

/** One room of the list: title, whether outsiders are in it, last words, last activity, and how much is unread. */
export function RoomListItem({ room, title, preview, isCurrent }: Props) {
  const { t, i18n } = useLingui();
  const now = useNow();
  const updated = new Date(room.updated);
  const unread = room.unread;
  return (
    <li>
      <Link
        to={roomPath(room.id)}
        aria-current={isCurrent ? 'page' : undefined}
        className={`${styles.room} ${unread > 0 ? styles.unread : ''}`}
      >
        <Avatar id={room.directWith ?? room.id} name={title} />
        <span className={styles.line}>
          <span className={styles.title}>{title}</span>
          <OutsideMark outside={room.outside} size="small" />
          <time className={styles.time} dateTime={room.updated} title={formatDateTime(i18n.locale, updated)}>
            {formatShort(i18n.locale, updated, now)}
          </time>
        </span>
        <span className={styles.line}>
          <span className={styles.preview}>{preview}</span>
          {unread > 0 && (
            <span className={styles.count}>
              <span aria-hidden="true">{unread > 99 ? '99+' : unread}</span>
              <Spoken>{t`${plural(unread, { one: '# unread message', other: '# unread messages' })}`}</Spoken>
            </span>
          )}
        </span>
      </Link>
    </li>
  );
}
