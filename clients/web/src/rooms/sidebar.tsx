import type { RoomId } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useDialogs } from '../dialogs/dialogs-context.tsx';
import { SearchField } from '../search/search-field.tsx';
import { useConfig } from '../state/config-context.tsx';
import { IconButton } from '../ui/button.tsx';
import { Logo } from '../ui/logo.tsx';
import { AccountMenu } from './account-menu.tsx';
import { RoomList } from './room-list.tsx';
import styles from './sidebar.module.css';

interface Props {
  current: RoomId | undefined;
  /** 1 where the list is the page, 2 beside a room. */
  level: 1 | 2;
}

/** The organisation, the rooms, oneself. */
export function Sidebar({ current, level }: Props) {
  const { t } = useLingui();
  const { open } = useDialogs();
  const { organisation } = useConfig();
  const Heading = `h${level}` as const;
  const Subheading = level === 1 ? 'h2' : 'h3';
  return (
    <nav className={styles.sidebar} aria-label={t`Rooms`} data-landmark>
      <header className={styles.header}>
        <Logo size={28} />
        <Heading className={styles.organisation}>{organisation.name}</Heading>
        <IconButton icon="add" label={t`New room`} onPress={() => open({ dialog: 'create-room' })} />
      </header>
      <SearchField />
      <div className={styles.rooms}>
        <Subheading className={styles.heading}>
          <Trans>Rooms</Trans>
        </Subheading>
        <RoomList current={current} />
      </div>
      <AccountMenu />
    </nav>
  );
}
