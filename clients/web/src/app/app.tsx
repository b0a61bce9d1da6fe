import { useLingui } from '@lingui/react/macro';
import { Spinner } from '../ui/spinner.tsx';
import { FailedPage } from './failed-page.tsx';
import { FrontPage } from './front-page.tsx';
import { SignedIn } from './signed-in.tsx';
import { useStart } from './use-start.ts';
import { WelcomePage } from './welcome-page.tsx';

/** The whole page. */
export function App() {
  const { t } = useLingui();
  const stage = useStart();
  switch (stage.stage) {
    case 'starting':
      return (
        <FrontPage>
          <Spinner label={t`Opening…`} />
        </FrontPage>
      );
    case 'signed-out':
      return <WelcomePage signIn={stage.signIn} />;
    case 'failed':
      return <FailedPage fault={stage.fault} again={stage.again} />;
    case 'ready':
      return <SignedIn ready={stage.ready} />;
  }
}
