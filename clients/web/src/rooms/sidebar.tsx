import type { RoomId } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useDialogs } from '../dialogs/dialogs-context.tsx';
import { useConfig } from '../state/config-context.tsx';
import { IconButton } from '../ui/button.tsx';
import { Logo } from '../ui/logo.tsx';
import { AccountMenu } from './account-menu.tsx';
import { RoomList } from './room-list.tsx';
import styles from './sidebar.module.css';

/** The organisation, the rooms, oneself. */
export function Sidebar({ current }: { current: RoomId | undefined }) {
  const { t } = useLingui();
  const { open } = useDialogs();
  const { organisation } = useConfig();
  return (
    <nav className={styles.sidebar} aria-label={t`Rooms`} data-landmark>
      <header className={styles.header}>
        <Logo size={28} />
        <h2 className={styles.organisation}>{organisation.name}</h2>
        <IconButton icon="search" label={t`Go to a room`} onPress={() => open({ dialog: 'switcher' })} />
        <IconButton icon="add" label={t`New room`} onPress={() => open({ dialog: 'create-room' })} />
      </header>
      <div className={styles.rooms}>
        <h3 className={styles.heading}>
          <Trans>Rooms</Trans>
        </h3>
        <RoomList current={current} />
      </div>
      <AccountMenu />
    </nav>
  );
}
