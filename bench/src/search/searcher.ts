import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, globalPlatform, memoryStore, openSearch, type SearchView, signInWithPassword } from '@cloister/sdk';
import type { Constellation } from '@cloister/testkit';
import { parseKmsHost } from '@cloister/wire';

/** Somebody with the SDK's client, who searches. */
export interface Searcher {
  /** Milliseconds until the first message that was found is open, and until all of the first page is. */
  search(text: string): Promise<{ first: number | undefined; all: number }>;
  close(): Promise<void>;
}

export async function openSearcher(all: Constellation, local: string): Promise<Searcher> {
  const { email, password, organisationId } = all.person(local);
  const organisation = all.endpoints.organisations.find(({ id }) => id === organisationId);
  if (organisation === undefined) throw new Error('no such organisation');
  const { catalogue, oauth, identity } = all.endpoints;
  const root = new X509Certificate(readFileSync(organisation.kmsRootCertificate));
  const platform = globalPlatform;
  const session = await signInWithPassword({
    deployment: {
      catalogue,
      oauth,
      identity,
      clientId: 'cloister-cli',
      scope: 'openid spark:all spark:kms spark:people_read',
      kmsHost: parseKmsHost(organisation.kmsHost),
      kmsRoots: [root.raw.toString('base64')],
    },
    store: memoryStore(),
    platform,
    email,
    password,
  });
  const client = await connect(session, { store: memoryStore(), platform, deviceName: 'bench' });
  await new Promise<void>((resolve) => {
    const look = () => {
      const { connection, loaded } = client.snapshot();
      if (connection.state === 'online' && loaded) resolve();
    };
    client.subscribe(look);
    look();
  });
  const search = await openSearch(client);
  return {
    search: async (text) => {
      const started = performance.now();
      const view = search.open(text);
      let first: number | undefined;
      view.subscribe(() => {
        if (view.snapshot().hits.length > 0) first ??= performance.now() - started;
      });
      await ended(view);
      view.close();
      return { first, all: performance.now() - started };
    },
    close: () => client.close(),
  };
}

async function ended(view: SearchView): Promise<void> {
  await view.more();
  const { state, code } = view.snapshot();
  if (state !== 'done') throw new Error(`the search is ${state} ${code ?? ''}`);
}
