import { useLingui } from '@lingui/react/macro';
import { Button } from 'react-aria-components';
import { useSession } from '../app/session-context.tsx';
import { navigate } from '../app/use-route.ts';
import { useDialogs } from '../dialogs/dialogs-context.tsx';
import { useClient, useSnapshot } from '../state/client-context.tsx';
import { useNames } from '../state/use-names.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';
import styles from './account-menu.module.css';

/** Oneself, and what concerns the whole page. */
export function AccountMenu() {
  const { t } = useLingui();
  const { open } = useDialogs();
  const session = useSession();
  const client = useClient();
  const { me } = useSnapshot();
  const name = useNames([me.id])(me.id);
  const signOut = async () => {
    // Identity revokes the session when it can be reached; here everything is forgotten in any case. The store is the
    // client's to close, so it closes last.
    await session.signOut().catch(() => {});
    await client.close().catch(() => {});
    location.assign('/');
  };
  return (
    <footer className={styles.account}>
      <Menu
        label={t`Account`}
        placement="top start"
        trigger={(props) => (
          <Button {...props} className={styles.button ?? ''} aria-label={t`Account of ${name}`}>
            <Avatar id={me.id} name={name} size="small" />
            <span className={styles.name}>{name}</span>
            <Icon name="settings" size={16} />
          </Button>
        )}
        lines={[
          { id: 'settings', icon: 'settings', label: t`Settings`, act: () => open({ dialog: 'settings' }) },
          { id: 'shortcuts', icon: 'help', label: t`Keyboard shortcuts`, act: () => open({ dialog: 'shortcuts' }) },
          { id: 'hub', icon: 'key', label: t`Administration`, act: () => navigate('/hub') },
          { id: 'sign-out', icon: 'leave', label: t`Sign out`, act: () => void signOut() },
        ]}
      />
    </footer>
  );
}
