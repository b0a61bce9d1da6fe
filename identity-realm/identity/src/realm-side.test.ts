import type { JsonWebKey } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PeopleStatements, StatusFeed } from '@cloister/verify';
import { type KmsHost, newId, type OrganisationId, type UserId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type IdentityUnderTest, identityUnderTest } from './testing/identity-under-test.ts';

const acmeHost = 'kms.acme.example' as KmsHost;

let identity: IdentityUnderTest;
let way: Server;
let folder: string;
beforeAll(async () => {
  identity = await identityUnderTest();
  folder = mkdtempSync(join(tmpdir(), 'cloister-realm-'));
  // What the door does for realms, less TLS.
  way = createServer((inward) => {
    const outward = connect(identity.config.listen.socket);
    inward.pipe(outward).pipe(inward);
    inward.on('error', () => outward.destroy());
    outward.on('error', () => inward.destroy());
  }).listen(0, '127.0.0.1');
  await once(way, 'listening');
});
afterAll(async () => {
  await identity.close();
  way.close();
  rmSync(folder, { recursive: true });
});

const asRealm = () => ({
  origin: `http://127.0.0.1:${(way.address() as AddressInfo).port}`,
  issuer: identity.config.issuer,
  statusKey: identity.provisioned.feedKey as JsonWebKey,
  realm: { issuer: acmeHost, key: identity.linkKey },
  now: () => identity.clock.ms,
});

it('is understood by realms: the directory, and whose organisation somebody belongs to (R361)', async () => {
  const feed = new StatusFeed({ ...asRealm(), file: join(folder, 'status.json') });
  feed.start();
  await expect.poll(() => feed.age(identity.clock.ms), { interval: 5, timeout: 30_000 }).toBeLessThan(60_000);
  const acme = identity.person('alice@acme.example').organisationId as OrganisationId;
  expect(feed.realms()).toEqual([{ kmsHost: acmeHost, organisationIds: [acme] }]);
  expect(feed.realmOf(acme)).toBe(acmeHost);
  expect(feed.organisation(acme)).toEqual({ id: acme, name: 'Acme', domains: ['acme.example'] });
  await feed.stop();

  const statements = new PeopleStatements(asRealm());
  const ids = identity.provisioned.people.map(({ id }) => id as UserId);
  const told = await statements.about([...ids, newId<UserId>()]);
  expect([...told.keys()].sort()).toEqual([...ids].sort());
  for (const { id, organisationId, active, entry } of told.values()) {
    // As the feed says it, where it tells of them.
    expect(feed.person(id)).toMatchObject({ organisationId, active, entry });
  }
  await identity.stop();
  await expect(statements.about(ids)).rejects.toMatchObject({ code: 'verify/unavailable' });
  statements.close();
});
