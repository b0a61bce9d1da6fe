import { Trans } from '@lingui/react/macro';
import { useAct } from '../state/use-act.ts';
import { Button } from '../ui/button.tsx';
import { FaultNotice } from '../ui/fault-notice.tsx';
import { FrontPage } from './front-page.tsx';
import { LanguageLinks } from './language-links.tsx';
import styles from './welcome-page.module.css';

/** Before one is signed in. */
export function WelcomePage({ signIn }: { signIn: () => Promise<void> }) {
  const { run, busy, fault } = useAct();
  return (
    <FrontPage>
      <p className={styles.words}>
        <Trans>Messages and files that only the people in the room can read. Your organisation keeps the keys.</Trans>
      </p>
      <Button kind="primary" isBusy={busy} onPress={() => void run(signIn)}>
        <Trans>Sign in</Trans>
      </Button>
      <FaultNotice fault={fault} />
      <LanguageLinks />
    </FrontPage>
  );
}
