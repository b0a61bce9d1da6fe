import type { RoomView } from '@cloister/sdk';
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { Button } from 'react-aria-components';
import { navigate } from '../app/use-route.ts';
import { useDialogs } from '../dialogs/dialogs-context.tsx';
import { OutsideMark } from '../outside/outside-mark.tsx';
import { focusSearch } from '../search/focus-search.ts';
import { inRoom } from '../search/in-room.ts';
import { useDesk } from '../search/search-context.tsx';
import { useSnapshot } from '../state/client-context.tsx';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';
import styles from './room-header.module.css';
import { mayManage } from './room-rights.ts';

interface Props {
  room: RoomView;
  title: string;
  panelOpen: boolean;
  onPanel: () => void;
}

/** The open room's title and what one can do with the room. */
export function RoomHeader({ room, title, panelOpen, onPanel }: Props) {
  const { t } = useLingui();
  const { open } = useDialogs();
  const count = room.people.length;
  const roomId = room.id;
  const desk = useDesk();
  const { me } = useSnapshot();
  const manages = mayManage(room, me.id);
  return (
    <header className={styles.header}>
      <div className={styles.back}>
        <IconButton icon="back" label={t`All rooms`} onPress={() => navigate('/')} />
      </div>
      <h1 className={styles.title}>{title}</h1>
      <OutsideMark outside={room.outside} />
      <Button
        className={styles.people ?? ''}
        aria-expanded={panelOpen}
        aria-label={t`${plural(count, { one: 'Show # person', other: 'Show # people' })}`}
        onPress={onPanel}
      >
        <Icon name="people" />
        {count}
      </Button>
      <Menu
        label={t`Room`}
        trigger={(props) => <IconButton {...props} icon="more" label={t`More about this room`} />}
        lines={[
          {
            id: 'search',
            icon: 'search',
            label: t`Search in this room`,
            act: () => {
              desk.type(inRoom(title));
              // After the menu has given the focus back.
              requestAnimationFrame(() => focusSearch({ select: false }));
            },
          },
          ...(manages
            ? [
                {
                  id: 'add',
                  icon: 'add',
                  label: t`Add people`,
                  act: () => open({ dialog: 'add-people', roomId }),
                } as const,
                {
                  id: 'rename',
                  icon: 'edit',
                  label: t`Rename`,
                  act: () => open({ dialog: 'rename-room', roomId }),
                } as const,
              ]
            : []),
          {
            id: 'leave',
            icon: 'leave',
            label: t`Leave`,
            danger: true,
            act: () => open({ dialog: 'leave-room', roomId }),
          },
        ]}
      />
    </header>
  );
}
