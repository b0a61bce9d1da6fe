import type { RoomId } from '@cloister/wire';
import { useLingui } from '@lingui/react/macro';
import { Suspense, useEffect } from 'react';
import { ConnectionBanner } from '../connection/connection-banner.tsx';
import { useNaming } from '../outside/use-naming.ts';
import { resultsPart } from '../search/results-part.ts';
import { SearchField } from '../search/search-field.tsx';
import { useShortcuts } from '../shortcuts/use-shortcuts.ts';
import { useRoom, useSnapshot } from '../state/client-context.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { NoRoomPage } from './no-room-page.tsx';
import { RoomPage } from './room-page.tsx';
import styles from './rooms-page.module.css';
import { Sidebar } from './sidebar.tsx';
import { useNarrow } from './use-narrow.ts';

interface Props {
  current: RoomId | undefined;
  /** The entry to open it at. */
  position: number | undefined;
  /** What was found is shown in place of a room. */
  isSearch: boolean;
}

/** The list of rooms beside the open one; on a phone one or the other. */
export function RoomsPage({ current, position, isSearch }: Props) {
  const { t } = useLingui();
  const { rooms } = useSnapshot();
  const room = useRoom(current);
  const narrow = useNarrow();
  const unread = rooms.reduce((sum, each) => sum + each.unread, 0);
  useShortcuts(current);
  useNaming();
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) Cloister` : 'Cloister';
  }, [unread]);
  if (narrow && current === undefined && !isSearch) {
    return (
      <main className={styles.list}>
        <ConnectionBanner />
        <Sidebar current={current} level={1} />
      </main>
    );
  }
  return (
    <div className={styles.page}>
      {!narrow && <Sidebar current={current} level={2} />}
      <div className={styles.room}>
        {isSearch ? (
          <Suspense fallback={<Spinner label={t`Opening…`} />}>
            <resultsPart.Part field={narrow && <SearchField takesFocus />} />
          </Suspense>
        ) : room ? (
          <RoomPage key={room.id} room={room} position={position} />
        ) : (
          <NoRoomPage gone={current !== undefined} />
        )}
      </div>
    </div>
  );
}
