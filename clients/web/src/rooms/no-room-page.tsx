import { Trans } from '@lingui/react/macro';
import { ConnectionBanner } from '../connection/connection-banner.tsx';
import { isApple } from '../shortcuts/is-apple.ts';
import { useSnapshot } from '../state/client-context.tsx';
import { Link } from '../ui/link.tsx';
import { Logo } from '../ui/logo.tsx';
import styles from './no-room-page.module.css';

/** Beside the list when no room is open, or when the one in the address is not there (any more). */
export function NoRoomPage({ gone }: { gone: boolean }) {
  const { loaded } = useSnapshot();
  const keys = isApple() ? '⌘ K' : 'Ctrl K';
  return (
    <main className={styles.none}>
      <ConnectionBanner />
      <div className={styles.words}>
        <Logo size={44} />
        <h1 className={styles.sentence}>
          {gone && loaded ? (
            <Trans>
              This room does not exist any more, or you are no longer in it. <Link to="/">Show all rooms</Link>
            </Trans>
          ) : (
            <Trans>Choose a room, or find one with {keys}.</Trans>
          )}
        </h1>
      </div>
    </main>
  );
}
