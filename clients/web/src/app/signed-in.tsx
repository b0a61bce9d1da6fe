import { useLingui } from '@lingui/react/macro';
import { lazy, Suspense } from 'react';
import { DraftsProvider } from '../composer/drafts-context.tsx';
import { DialogsProvider } from '../dialogs/dialogs-context.tsx';
import { RoomsPage } from '../rooms/rooms-page.tsx';
import { SearchProvider } from '../search/search-context.tsx';
import { ClientProvider, useSnapshot } from '../state/client-context.tsx';
import { ConfigProvider } from '../state/config-context.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { FrontPage } from './front-page.tsx';
import { SessionProvider } from './session-context.tsx';
import type { Ready } from './start.ts';
import { useRoute } from './use-route.ts';

// Few people administrate; the rest never load it.
const HubPage = lazy(() => import('../hub/hub-page.tsx'));

/** Everything behind the sign-in. */
export function SignedIn({ ready }: { ready: Ready }) {
  return (
    <ConfigProvider value={ready.config}>
      <SessionProvider value={ready.session}>
        <ClientProvider client={ready.client}>
          <DraftsProvider value={ready.drafts}>
            <SearchProvider load={ready.search}>
              <DialogsProvider>
                <Page />
              </DialogsProvider>
            </SearchProvider>
          </DraftsProvider>
        </ClientProvider>
      </SessionProvider>
    </ConfigProvider>
  );
}

function Page() {
  const { t } = useLingui();
  const route = useRoute();
  const { connection } = useSnapshot();
  if (connection.state === 'signed-out') {
    return (
      <FrontPage>
        <Notice>{t`You were signed out. Sign in again to go on; nothing is lost.`}</Notice>
        <Button kind="primary" onPress={() => location.reload()}>
          {t`Continue`}
        </Button>
      </FrontPage>
    );
  }
  if (route.page === 'hub') {
    return (
      <Suspense fallback={<Spinner label={t`Opening…`} />}>
        <HubPage place={route.place} />
      </Suspense>
    );
  }
  const { roomId, position } = route.page === 'rooms' ? route : {};
  return <RoomsPage current={roomId} position={position} isSearch={route.page === 'search'} />;
}
