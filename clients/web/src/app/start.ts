import {
  type Client,
  connect,
  finishSignIn,
  indexedDbStore,
  openSearch,
  resumeSession,
  type Search,
  type Session,
  type Store,
  startSignIn,
} from '@cloister/sdk';
import { CloisterError } from '@cloister/wire';
import { draftStore } from '../composer/draft-store.ts';
import { Drafts } from '../composer/drafts.ts';
import { type ClientConfig, deploymentOf, parseClientConfig } from './client-config.ts';

/** What the page works with once somebody is signed in. */
export interface Ready {
  readonly config: ClientConfig;
  readonly session: Session;
  readonly store: Store;
  readonly client: Client;
  readonly drafts: Drafts;
  /** Loads search, which is not needed to read and write. */
  readonly search: () => Promise<Search>;
}

/** How starting ended: signed in, or not yet. */
export type Started = { signedIn: true; ready: Ready } | { signedIn: false; signIn: () => Promise<void> };

const pendingKey = 'cloister.sign-in';
const returnKey = 'cloister.return-to';

/**
 * Reads the configuration, takes up the session this browser remembers or finishes the sign-in it comes back from, and
 * goes online. `leave` replaces the address; it is called before anything else can read the code in it.
 * @throws CloisterError
 */
export async function start(leave: (path: string) => void): Promise<Started> {
  const config = parseClientConfig(await readConfig());
  const deployment = deploymentOf(config);
  const store = await indexedDbStore('cloister');
  const options = { deployment, store };
  const session = location.pathname === '/signed-in' ? await finish(options, leave) : await resumeSession(options);
  if (session === undefined || session.signedOut) return { signedIn: false, signIn: () => signIn(deployment) };
  const drafts = await new Drafts(draftStore(store)).load();
  const client = await connect(session, { store, deviceName: 'Cloister' });
  return { signedIn: true, ready: { config, session, store, client, drafts, search: () => openSearch(client) } };
}

async function readConfig(): Promise<string> {
  try {
    const response = await fetch('/config.json');
    if (response.ok) return await response.text();
  } catch (cause) {
    throw new CloisterError('client/offline', { cause });
  }
  throw new CloisterError('client/unreadable', { detail: 'config.json' });
}

async function signIn(deployment: ReturnType<typeof deploymentOf>): Promise<void> {
  const { url, pending } = await startSignIn({ deployment, redirectUri: `${location.origin}/signed-in` });
  sessionStorage.setItem(pendingKey, pending);
  if (location.pathname !== '/signed-in') sessionStorage.setItem(returnKey, location.pathname);
  location.assign(url);
}

async function finish(
  options: { deployment: ReturnType<typeof deploymentOf>; store: Store },
  leave: (path: string) => void,
): Promise<Session> {
  const callbackUrl = location.href;
  const pending = sessionStorage.getItem(pendingKey) ?? '';
  const returnTo = sessionStorage.getItem(returnKey) ?? '/';
  // One attempt: the code and the verifier are of no use twice, and must not stay in the history.
  sessionStorage.removeItem(pendingKey);
  sessionStorage.removeItem(returnKey);
  leave(returnTo);
  return finishSignIn({ ...options, pending, callbackUrl });
}
