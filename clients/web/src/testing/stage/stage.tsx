import '../../styles/tokens.css';
import '../../styles/base.css';
import type { Session } from '@cloister/sdk';
import type { OrganisationId } from '@cloister/wire';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { FailedPage } from '../../app/failed-page.tsx';
import { SignedIn } from '../../app/signed-in.tsx';
import { WelcomePage } from '../../app/welcome-page.tsx';
import { Drafts } from '../../composer/drafts.ts';
import { KeyManagementProvider } from '../../hub/keys/key-management-context.tsx';
import { OutsideManagementProvider } from '../../hub/outside/outside-management-context.tsx';
import { LanguageProvider, useLanguage } from '../../i18n/language-provider.tsx';
import { currentTheme, showTheme } from '../../state/theme.ts';
import { scene } from '../scenes.ts';
import { ScriptedClient } from '../scripted-client.ts';
import { ScriptedKeys } from '../scripted-keys.ts';
import { ScriptedOutside } from '../scripted-outside.ts';
import { ScriptedSearch } from '../scripted-search.ts';
import { drawSketch } from './draw-sketch.ts';

declare global {
  interface Window {
    /** The client behind the page, for tests that play the network and the other people. */
    scripted: ScriptedClient;
    /** The search behind the page. */
    scriptedSearch: ScriptedSearch;
    /** The key management behind the page. */
    scriptedKeys: ScriptedKeys;
    /** What is known of other organisations behind the page. */
    scriptedOutside: ScriptedOutside;
  }
}

showTheme(currentTheme());
const sketch = await drawSketch();
const organisation = {
  id: '0a000000-0000-4000-8000-000000000001',
  name: 'Acme',
  domain: 'acme.example',
  kmsHost: 'kms.acme.example',
};
const config = {
  catalogue: '/core',
  idbroker: '/idbroker',
  identity: '/identity',
  clientId: 'stage',
  organisation,
  kmsRoots: ['AA=='],
};
const session = {
  organisationId: organisation.id as OrganisationId,
  signedOut: false,
  deployment: { identity: `${location.origin}/identity`, catalogue: `${location.origin}/u2c/api/v1` },
  refused: () => {},
  subscribe: () => () => {},
  peopleToken: async () => 'people-token',
  fullToken: async () => 'full-token',
  coreToken: async () => 'core-token',
  signOut: async () => {},
} as unknown as Session;

const search = async () => window.scriptedSearch;

function Stage() {
  const { language } = useLanguage();
  const query = new URLSearchParams(location.search);
  const asked = query.get('page');
  const scripted = query.get('scene');
  if (asked === 'welcome') return <WelcomePage signIn={async () => {}} />;
  if (asked === 'failed') return <FailedPage fault={{ code: 'client/offline' }} again={() => {}} />;
  window.scripted ??= new ScriptedClient(scene(language, new Date(), sketch));
  if (scripted === 'unexplained') window.scripted.letReadUnexplained();
  window.scriptedSearch ??= new ScriptedSearch(window.scripted);
  window.scriptedKeys ??= new ScriptedKeys();
  window.scriptedOutside ??= new ScriptedOutside(scripted === 'alone' ? 'alone' : 'met');
  return (
    <KeyManagementProvider value={window.scriptedKeys}>
      <OutsideManagementProvider value={window.scriptedOutside}>
        <SignedIn ready={{ config, session, client: window.scripted, drafts: new Drafts(), search } as never} />
      </OutsideManagementProvider>
    </KeyManagementProvider>
  );
}

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <LanguageProvider>
        <Stage />
      </LanguageProvider>
    </StrictMode>,
  );
}
