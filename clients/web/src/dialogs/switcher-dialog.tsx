import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { roomPath } from '../app/route.ts';
import { navigate } from '../app/use-route.ts';
import { OutsideMark } from '../outside/outside-mark.tsx';
import { matchRooms } from '../rooms/match-rooms.ts';
import { useRoomTitles } from '../rooms/use-room-title.ts';
import { useSnapshot } from '../state/client-context.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Picker } from '../ui/picker.tsx';
import styles from './switcher-dialog.module.css';

/** Goes to a room by a few letters of its title. */
export function SwitcherDialog({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const { rooms } = useSnapshot();
  const titleOf = useRoomTitles(rooms);
  const [query, setQuery] = useState('');
  const named = rooms.map((room) => ({
    id: room.id,
    title: titleOf(room),
    unread: room.unread,
    outside: room.outside,
    picture: room.directWith ?? room.id,
  }));
  return (
    <Dialog title={t`Go to a room`} width="wide" onClose={onClose}>
      <Picker
        label={t`Room`}
        placeholder={t`Part of the title`}
        takesFocus
        query={query}
        onQuery={setQuery}
        choices={matchRooms(named, query)}
        keyOf={({ id }) => id}
        show={(room) => (
          <>
            <Avatar id={room.picture} name={room.title} size="small" />
            <span className={styles.title}>{room.title}</span>
            <OutsideMark outside={room.outside} size="small" />
            {room.unread > 0 && <span className={styles.unread}>{room.unread}</span>}
          </>
        )}
        onChoose={({ id }) => {
          navigate(roomPath(id));
          onClose();
        }}
        status={<Trans>No room has this in its title.</Trans>}
      />
    </Dialog>
  );
}
