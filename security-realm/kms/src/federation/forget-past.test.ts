import { sql } from '@cloister/database';
import { listLeaseMs } from '@cloister/receipts';
import { instanceUri, type KmsHost, newId, type ResourceUri, type UserId } from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestClient } from '../testing/test-client.ts';
import { TestRealm } from '../testing/test-realm.ts';
import { forgetPast } from './forget-past.ts';
import { keepPlaces } from './store/foreign-place-row.ts';
import { keepReceiptKey } from './store/peer-receipt-key-row.ts';
import { TestRealms } from './testing/test-realms.ts';

let realms: TestRealms;
let acme: TestRealm;
let globex: TestRealm;
let alice: TestClient;
let ken: TestClient;

beforeAll(async () => {
  realms = await TestRealms.open('acme', 'globex');
  [acme, globex] = realms.all as [TestRealm, TestRealm];
}, 120_000);
beforeEach(async () => {
  [alice, ken] = [await acme.client(), await globex.client()];
});
afterAll(() => realms.close());

const DAY_MS = 24 * 3600 * 1000;
const counting = {
  foreign_list: sql<{ n: number }>`select count(*)::int as n from foreign_list`,
  foreign_key: sql<{ n: number }>`select count(*)::int as n from foreign_key`,
  foreign_place: sql<{ n: number }>`select count(*)::int as n from foreign_place`,
  list_holder: sql<{ n: number }>`select count(*)::int as n from list_holder`,
};
const count = async (table: keyof typeof counting) =>
  (await (table === 'list_holder' ? acme : globex).database.one(counting[table])).n;
const evil = 'kms.evil.example' as KmsHost;
const resource = (host: KmsHost = evil): ResourceUri => instanceUri(host, 'resources', newId());

describe('what is kept of other realms', () => {
  it('goes when it is past: keys with their lease, lists a month later, whoever holds a list when they may use it no more', async () => {
    const key = await alice.createKey();
    await alice.createRoom([ken.person.id], [key.uri]);
    expect((await ken.ask({ method: 'retrieve', uri: key.uri })).status).toBe(200);
    expect(await acme.kms.federationNumbers()).toMatchObject({ lists: 0, keys: 0, invitations: 1 });
    expect(await globex.kms.federationNumbers()).toEqual({ lists: 1, keys: 1, recalls: 0, invitations: 0 });
    await acme.kms.tellPeers();
    expect(await acme.kms.federationNumbers()).toMatchObject({ recalls: 0, invitations: 0 });
    expect([await count('foreign_key'), await count('foreign_list'), await count('list_holder')]).toEqual([1, 1, 1]);
    await globex.kms.maintain();
    expect([await count('foreign_key'), await count('foreign_list')]).toEqual([1, 1]);
    acme.pass(listLeaseMs);
    await globex.kms.maintain();
    await acme.kms.tellPeers();
    expect([await count('foreign_key'), await count('foreign_list'), await count('list_holder')]).toEqual([0, 1, 0]);
    acme.pass(30 * DAY_MS);
    await globex.kms.maintain();
    // Where somebody of ours stands is known for as long as they do.
    expect([await count('foreign_list'), await count('foreign_place')]).toEqual([0, 1]);
    const later = await globex.client(ken.person);
    expect((await later.ask({ method: 'retrieve', uri: key.uri })).status).toBe(200);
  });

  it('of a home that names rooms without end stays within bounds, and keeps nothing of another home away', async () => {
    await globex.database.execute(sql`delete from foreign_list`);
    const { database } = globex;
    const now = globex.clock.now;
    const add = (host: KmsHost, times: number) =>
      database.execute(sql`insert into foreign_list (resource_uri, claims, statement, asked_at)
        select 'kms://' || ${host} || '/resources/' || n, '{}', '-', ${now}::timestamptz + n * interval '1 ms'
        from generate_series(1, ${times}) n`);
    await add(evil, 30);
    await add(acme.kmsHost, 3);
    await database.execute(
      sql`insert into foreign_list (resource_uri) select 'kms://evil/' || n from generate_series(1, 9) n`,
    );
    await forgetPast(database, now, { listMs: DAY_MS, lists: 5, fingerprints: 1 });
    const rows = await database.rows(
      sql<{ uri: string }>`select resource_uri as uri from foreign_list order by asked_at`,
    );
    const of = (host: KmsHost) =>
      rows.filter(({ uri }) => uri.startsWith(`kms://${host}/`)).map(({ uri }) => uri.split('/').at(-1));
    expect(of(evil)).toEqual(['26', '27', '28', '29', '30']);
    expect(of(acme.kmsHost)).toHaveLength(3);
    expect(rows).toHaveLength(8);
  });

  it('of places of our people is bounded for each home, and what is there stays right', async () => {
    const { database } = globex;
    const now = globex.clock.now;
    const [one, two, three, four] = [newId<UserId>(), newId<UserId>(), newId<UserId>(), newId<UserId>()];
    const [first, second] = [resource(), resource()];
    const keep = (resourceUri: ResourceUri, people: UserId[]) =>
      keepPlaces(database, { resourceUri, people, now, most: 3 });
    expect(await keep(first, [one, two])).toBe(true);
    expect(await keep(second, [three, four])).toBe(false);
    expect(await keep(second, [three])).toBe(true);
    expect(await keep(resource(), [one])).toBe(false);
    expect(await keep(resource('kms.other.example' as KmsHost), [one])).toBe(true);
    // Who was taken off makes room.
    expect(await keep(first, [two])).toBe(true);
    expect(await keep(second, [three, four])).toBe(true);
    const at = await database.rows(
      sql<{ id: string }>`select person_id as id from foreign_place where kms_host = ${evil}`,
    );
    expect(new Set(at.map(({ id }) => id))).toEqual(new Set([two, three, four]));
  });

  it('of a peer that changes its keys all the time is bounded; the present one and those first told stay', async () => {
    const { database } = globex;
    const now = globex.clock.now;
    const fingerprint = (n: number) => Buffer.alloc(32, n);
    await database.execute(sql`insert into peer (kms_host, fingerprint, first_seen_at, seen_at)
      values (${evil}, ${fingerprint(1)}, ${now}, ${now})`);
    for (const n of [1, 2, 3, 4]) {
      await database.execute(sql`insert into peer_fingerprint (kms_host, fingerprint, first_seen_at, seen_at)
        values (${evil}, ${fingerprint(n)}, ${now}, ${new Date(now.getTime() + n)})`);
    }
    await forgetPast(database, now, { listMs: DAY_MS, lists: 5, fingerprints: 2 });
    const left = await database.rows(
      sql<{ fingerprint: Buffer }>`select fingerprint from peer_fingerprint order by seen_at`,
    );
    expect(left.map(({ fingerprint: [n] }) => n)).toEqual([1, 3, 4]);
    const told = async (n: number) =>
      (await keepReceiptKey(database, { kmsHost: evil, kid: `key-${n}`, publicKey: fingerprint(n) }, now)).kept;
    for (let n = 0; n < 100; n++) expect(await told(n)).not.toBeNull();
    expect(await told(100)).toBeNull();
    expect(await told(7)).toEqual(fingerprint(7));
  });
});

describe('a hostile home that says whom it put on its lists', () => {
  it('leaves no trace of a list that it then does not give, nor of one with nobody of ours on it', async () => {
    await globex.database.execute(sql`delete from foreign_list`);
    await globex.database.execute(sql`delete from foreign_place`);
    const route = globex.kms.peerRoutes.find(({ path }) => path.endsWith('/recalls'));
    const peer = { kmsHost: acme.kmsHost, organisationIds: [acme.organisationId] };
    const recall = (resourceUri: ResourceUri) => {
      const body = { resourceUri, authorizationVersion: 1, revocationEpoch: 0, added: true };
      return route?.answer({ peer, body, signal: new AbortController().signal });
    };
    await recall(resource(acme.kmsHost));
    expect([await count('foreign_list'), await count('foreign_place')]).toEqual([0, 0]);
    // A list with one of ours is there before they ask.
    const { resourceUri } = await alice.createRoom([ken.person.id]);
    await recall(resourceUri);
    expect([await count('foreign_list'), await count('foreign_place')]).toEqual([1, 1]);
  });

  it('has keys bound to a room without end: refused beyond the bound, and what is bound stays bound', async () => {
    const bob = await globex.client();
    const room = await alice.createRoom([bob.person.id]);
    const bind = async () => {
      const { uri } = await bob.createKey();
      const ask = { method: 'update', uri, resourceUri: room.resourceUri };
      const frame = await bob.frame('addKey', ask, { ...room, keyUri: uri });
      return { uri, status: (await bob.operate(frame)).status };
    };
    expect((await bind()).status).toBe(200);
    await acme.database.execute(sql`insert into foreign_binding (key_uri, kms_host, resource_id, creator_id, bound_at, bound_version)
      select key_uri || n, kms_host, resource_id, creator_id, bound_at, bound_version
      from foreign_binding, generate_series(1, 99998) n where kms_host = ${globex.kmsHost}`);
    const last = await bind();
    expect(last.status).toBe(200);
    expect((await bind()).status).toBe(429);
    const ask = { method: 'update', uri: last.uri, resourceUri: room.resourceUri };
    const again = await bob.operate(await bob.frame('updateKey', ask, { ...room, keyUri: last.uri }));
    expect(again.status).toBe(200);
  });
});

it('a realm that meets nobody keeps nothing of others', async () => {
  const alone = await TestRealm.open();
  const client = await alone.client();
  await client.createRoom([alone.person().id]);
  await alone.kms.maintain();
  expect(await alone.kms.federationNumbers()).toEqual({ lists: 0, keys: 0, recalls: 0, invitations: 0 });
  await alone.close();
});
