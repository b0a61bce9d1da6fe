import type { RoomId } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useEffect } from 'react';
import { ConnectionBanner } from '../connection/connection-banner.tsx';
import { useShortcuts } from '../shortcuts/use-shortcuts.ts';
import { useRoom, useSnapshot } from '../state/client-context.tsx';
import { Link } from '../ui/link.tsx';
import { Logo } from '../ui/logo.tsx';
import { RoomPage } from './room-page.tsx';
import styles from './rooms-page.module.css';
import { Sidebar } from './sidebar.tsx';

/** The list of rooms beside the open one; on a phone one or the other. */
export function RoomsPage({ current }: { current: RoomId | undefined }) {
  const { t } = useLingui();
  const { rooms, loaded } = useSnapshot();
  const room = useRoom(current);
  const unread = rooms.reduce((sum, each) => sum + each.unread, 0);
  useShortcuts(current);
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) Cloister` : 'Cloister';
  }, [unread]);
  return (
    <div className={styles.page} data-room={current !== undefined}>
      <Sidebar current={current} />
      <div className={styles.room}>
        {room ? (
          <RoomPage key={room.id} room={room} />
        ) : (
          <main className={styles.none} aria-label={t`Room`}>
            <ConnectionBanner />
            <div className={styles.words}>
              <Logo size={44} />
              {current !== undefined && loaded ? (
                <p>
                  <Trans>
                    This room does not exist any more, or you are no longer in it. <Link to="/">Show all rooms</Link>
                  </Trans>
                </p>
              ) : (
                <p>
                  <Trans>Choose a room, or press Ctrl K to find one.</Trans>
                </p>
              )}
            </div>
          </main>
        )}
      </div>
    </div>
  );
}
