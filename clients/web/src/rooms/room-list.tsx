import type { RoomId } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useSnapshot } from '../state/client-context.tsx';
import { Spinner } from '../ui/spinner.tsx';
import styles from './room-list.module.css';
import { RoomListItem } from './room-list-item.tsx';
import { usePreviews } from './use-preview.ts';
import { useRoomTitles } from './use-room-title.ts';

/** All rooms, last change first. */
export function RoomList({ current }: { current: RoomId | undefined }) {
  const { t } = useLingui();
  const { rooms, loaded } = useSnapshot();
  const titleOf = useRoomTitles(rooms);
  const previewOf = usePreviews(rooms);
  if (!loaded) return <Spinner label={t`Loading rooms`} />;
  if (rooms.length === 0) {
    return (
      <p className={styles.empty}>
        <Trans>No rooms yet. Create one, or ask someone to add you to theirs.</Trans>
      </p>
    );
  }
  return (
    <ul className={styles.list}>
      {rooms.map((room) => (
        <RoomListItem
          key={room.id}
          room={room}
          title={titleOf(room)}
          preview={previewOf(room)}
          isCurrent={room.id === current}
        />
      ))}
    </ul>
  );
}
