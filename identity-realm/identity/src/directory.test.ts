import type { StatusEntry } from '@cloister/wire';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openIdentity } from './open-identity.ts';
import { askFeed, openStatement, readFeed } from './testing/feed.ts';
import { cheap, type IdentityUnderTest, identityUnderTest, password } from './testing/identity-under-test.ts';
import { signIn } from './testing/sign-in.ts';

let identity: IdentityUnderTest;
let acme: string;
let globex: string;
beforeEach(async () => {
  identity = await identityUnderTest();
  [acme, globex] = identity.provisioned.organisations.map(({ id }) => id) as [string, string];
});
afterEach(() => identity.close());

type Realm = Extract<StatusEntry, { kind: 'realm' }>;
/** Every statement about a key server, as the core is told, which no test takes out of the configuration. */
const realms = async (): Promise<readonly Omit<Realm, 'seq'>[]> => {
  const { text } = await askFeed(identity, 'after=0', identity.realmToken('core'));
  return (await openStatement(identity, text)).entries.flatMap((entry) => {
    if (entry.kind !== 'realm') return [];
    const { seq: _, ...stated } = entry;
    return [stated];
  });
};
const entry = (kmsHost: string, organisationIds: readonly string[], active = true) => ({
  kind: 'realm',
  kmsHost,
  organisationIds,
  active,
  ...(active ? { linkKey: identity.config.realms[0]?.linkKey } : {}),
});
const listed = () => entry('kms.acme.example', [acme]);
/** Registers a key server, for the next start. */
const register = (kmsHost: string, ...organisationIds: string[]) => {
  const { linkKey } = identity.config.realms[0] as (typeof identity.config.realms)[number];
  identity.config.realms.push({ kmsHost, linkKey, organisationIds });
};
const unregister = (kmsHost: string) => {
  const at = identity.config.realms.findIndex((realm) => realm.kmsHost === kmsHost);
  identity.config.realms.splice(at, 1);
};
/** Other processes on the same database, all started at once. */
const startOthers = async (count: number) => {
  const { config, clock, dns: _ } = identity;
  const socket = (path: string, n: number) => ({ socket: `${path}.${n}` });
  const started = await Promise.all(
    Array.from({ length: count }, (_, n) =>
      openIdentity(
        { ...config, listen: socket(config.listen.socket, n), health: socket(config.health.socket, n) },
        { log: { event: () => {}, failure: () => {} }, now: () => new Date(clock.ms), passwordCost: cheap },
      ),
    ),
  );
  await Promise.all(started.map((each) => each.close()));
};

/** Gina proves a domain for Globex. */
const prove = async (domain: string) => {
  await identity.makeAdministrator('gina@globex.example');
  const { access_token: token } = await signIn(identity.client(), 'gina@globex.example', password);
  const headers = { authorization: `Bearer ${token}` };
  const path = '/identity/api/v1/organisation/domains';
  const claimed = await identity.client().ask(path, { headers, json: { domain } });
  identity.dns.publish(claimed.json().record);
  return identity.client().ask(`${path}/${domain}/verification`, { headers, method: 'POST' });
};

it('lists a key server whose host lies under a proven domain, for every realm and the core (R361)', async () => {
  expect(await realms()).toEqual([listed()]);
  expect((await readFeed(identity)).entries).toContainEqual({ ...listed(), seq: expect.any(Number) });
});

it('lists no key server whose domain is unproven, another organisation’s, or that serves nobody', async () => {
  register('kms.unproven.test', globex);
  register('globex.example.evil.test', globex);
  register('kms.globex.example');
  await identity.restart();
  expect(await realms()).toEqual([listed()]);
  unregister('kms.globex.example');
  unregister('kms.acme.example');
  register('kms.acme.example', globex);
  await identity.restart();
  expect(await realms()).toEqual([listed(), entry('kms.acme.example', [globex], false)]);
});

it('lists a key server at the moment its domain is proven', async () => {
  register('kms.globex.test', globex);
  await identity.restart();
  expect(await realms()).toEqual([listed()]);
  const { head } = await readFeed(identity);
  const waiting = readFeed(identity, `after=${head}&wait=20`);
  await expect.poll(() => identity.waiting(), { interval: 5, timeout: 30_000 }).toBe(1);
  // Signing in to prove it says nothing in the feed.
  expect((await prove('globex.test')).status).toBe(200);
  expect((await waiting).entries[0]).toEqual({ seq: head + 1, ...entry('kms.globex.test', [globex]) });
});

it('says nothing twice, however often and however many processes start', async () => {
  register('kms.globex.example', globex);
  await identity.restart();
  const { head } = await readFeed(identity);
  await identity.restart();
  await startOthers(4);
  expect((await readFeed(identity)).head).toBe(head);
  expect(await realms()).toEqual([listed(), entry('kms.globex.example', [globex])]);
});

it('is stated once by several processes that start with news at the same moment', async () => {
  const { head } = await readFeed(identity);
  register('kms.globex.example', globex);
  await startOthers(5);
  const { entries, head: after } = await readFeed(identity, `after=${head}`);
  expect(entries).toEqual([{ seq: head + 1, ...entry('kms.globex.example', [globex]) }]);
  expect(after).toBe(head + 1);
});

it('tells whom a key server serves when that changes, and withdraws one that is registered no more', async () => {
  unregister('kms.acme.example');
  register('kms.acme.example', globex, acme);
  await identity.restart();
  unregister('kms.acme.example');
  register('eu.acme.example', acme);
  await identity.restart();
  expect(await realms()).toEqual([
    listed(),
    entry('kms.acme.example', [globex, acme]),
    entry('kms.acme.example', [globex, acme], false),
    entry('eu.acme.example', [acme]),
  ]);
});
