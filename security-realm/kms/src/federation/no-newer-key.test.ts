import { sql } from '@cloister/database';
import { listLeaseMs } from '@cloister/receipts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { firstIn, TestKeeper } from '../master-keys/testing/test-keeper.ts';
import type { TestClient } from '../testing/test-client.ts';
import type { TestRealm } from '../testing/test-realm.ts';
import { TestRealms } from './testing/test-realms.ts';

let realms: TestRealms;
let acme: TestRealm;
let globex: TestRealm;
let umbrella: TestRealm;

beforeAll(async () => {
  realms = await TestRealms.open('acme', 'globex', 'umbrella');
  [acme, globex, umbrella] = realms.all as [TestRealm, TestRealm, TestRealm];
}, 120_000);
afterEach(() => realms.mend());
afterAll(() => realms.close());

const fetch = (client: TestClient, uri: string) => client.ask({ method: 'retrieve', uri });
const codeOf = async (client: TestClient, uri: string) => {
  const { status, cloister } = await fetch(client, uri);
  return status === 200 ? 'given' : cloister?.code;
};

type Room = Awaited<ReturnType<TestClient['createRoom']>>;

/** Binds a new key of the client's to the room. */
const bind = async (client: TestClient, { roomId, resourceUri }: Room): Promise<string> => {
  const key = await client.createKey();
  const ask = { method: 'update', uri: key.uri, resourceUri };
  const { status } = await client.operate(await client.frame('addKey', ask, { roomId, resourceUri, keyUri: key.uri }));
  expect(status).toBe(200);
  return key.uri;
};

/** A room of Alice of Acme with two people of Globex and one of Umbrella; a key of each realm in it, which everybody has. */
const setting = async () => {
  const [alice, ken, hugo] = [await acme.client(), await globex.client(), await globex.client()];
  const wesker = await umbrella.client();
  const room = await alice.createRoom([ken.person.id, hugo.person.id, wesker.person.id]);
  const keys = [await bind(alice, room), await bind(ken, room), await bind(wesker, room)];
  for (const reader of [alice, ken, hugo, wesker]) {
    for (const key of keys) expect(await codeOf(reader, key)).toBe('given');
  }
  return { alice, ken, hugo, wesker, room, keys };
};

/** All of Globex are removed, and those who stay rotate. */
const removeGlobex = async ({ alice, ken, hugo, wesker, room }: Awaited<ReturnType<typeof setting>>) => {
  for (const { person } of [ken, hugo]) expect((await alice.remove(room, person.id)).status).toBe(200);
  return { ofHome: await bind(alice, room), ofThird: await bind(wesker, room) };
};

/** With a channel of this moment. */
const anew = (realm: TestRealm, { person }: TestClient) => realm.client(person);

describe('an organisation all of whose people were removed from a room (R333, R365, threats row 16)', () => {
  it('is served no newer key at once, neither by home nor by a third realm, when all are connected', async () => {
    const before = await setting();
    const { alice, ken, hugo, wesker, keys } = before;
    const { ofHome, ofThird } = await removeGlobex(before);
    await acme.kms.tellPeers();
    for (const key of [ofHome, ofThird]) {
      for (const gone of [ken, hugo]) expect(await codeOf(gone, key)).toBe('kms/not-authorized');
      for (const reader of [alice, wesker]) expect(await codeOf(reader, key)).toBe('given');
    }
    // Nor what they had: not even what one of them made.
    for (const key of keys) expect(await codeOf(ken, key)).toBe('kms/not-authorized');
  });

  it('is served none by home at once where it heard nothing, and by its own copies until the lease is over', async () => {
    const before = await setting();
    const { ken, keys } = before;
    realms.cut(acme, globex);
    const { ofHome } = await removeGlobex(before);
    await acme.kms.tellPeers();
    expect(await codeOf(ken, ofHome)).toBe('kms/peer-unreachable');
    expect(await codeOf(ken, keys[0] as string)).toBe('given');
    acme.pass(listLeaseMs - 1);
    expect(await codeOf(await anew(globex, ken), keys[0] as string)).toBe('given');
    acme.pass(1);
    const later = await anew(globex, ken);
    for (const key of [...keys.slice(0, 2), ofHome]) expect(await codeOf(later, key)).toBe('kms/peer-unreachable');
    realms.mend();
    for (const key of [...keys, ofHome]) expect(await codeOf(later, key)).toBe('kms/not-authorized');
  });

  it('is served none by a third realm that home cannot reach once that realm’s lease is over', async () => {
    const before = await setting();
    const { alice, ken, wesker, room } = before;
    // Made while home is reached, and known to nobody yet.
    const key = await bind(wesker, room);
    realms.cut(acme, umbrella);
    realms.cut(acme, globex);
    for (const { person } of [ken, before.hugo]) await alice.remove(room, person.id);
    await acme.kms.tellPeers();
    acme.pass(listLeaseMs);
    const [later, owner] = [await anew(globex, ken), await anew(umbrella, wesker)];
    // It says that it cannot say.
    expect(await codeOf(later, key)).toBe('kms/peer-refused');
    // Its own people as little: nobody knows who is in the room.
    expect(await codeOf(owner, key)).toBe('kms/peer-unreachable');
    realms.mend();
    expect(await codeOf(owner, key)).toBe('given');
    expect(await codeOf(later, key)).toBe('kms/not-authorized');
  });

  it('is given every key that was made since once one of them is back', async () => {
    const before = await setting();
    const { alice, ken, hugo, room } = before;
    const { ofHome, ofThird } = await removeGlobex(before);
    await alice.add(room, hugo.person.id);
    await acme.kms.tellPeers();
    for (const key of [ofHome, ofThird]) {
      expect(await codeOf(hugo, key)).toBe('given');
      expect(await codeOf(ken, key)).toBe('kms/not-authorized');
    }
  });
});

describe('an organisation that is in the directory no more (R365, threats row 15)', () => {
  it('is served nothing from that moment, and its people are put on no list; those who are on one stay', async () => {
    const { alice, ken, wesker, room, keys } = await setting();
    const [ofHome, ofThird] = [await bind(alice, room), await bind(wesker, room)];
    acme.identity.withdraw(globex.kmsHost);
    try {
      // What a copy is good for ends with its lease; nothing is brought or confirmed.
      expect(await codeOf(ken, ofHome)).toBe('kms/peer-refused');
      expect(await codeOf(ken, ofThird)).toBe('kms/peer-refused');
      expect((await alice.add(room, globex.person().id)).status).toBe(403);
      acme.pass(listLeaseMs);
      const later = await anew(globex, ken);
      for (const key of [keys[0], keys[2]]) expect(await codeOf(later, key as string)).toBe('kms/peer-refused');
      const reader = await anew(acme, alice);
      // What its people made it alone can give, and it is not asked.
      expect(await codeOf(reader, keys[1] as string)).toBe('kms/peer-unknown');
      expect(await codeOf(reader, ofThird)).toBe('given');
    } finally {
      acme.identity.list(globex.kmsHost, [globex.organisationId, globex.sisterOrganisationId]);
    }
    expect(await codeOf(await anew(globex, ken), ofHome)).toBe('given');
  });
});

describe('an organisation whose main key is revoked (R045, invariant 8)', () => {
  const keepers = new Map<TestRealm, { keeper: TestKeeper; key: string }>();
  const lead = async (realm: TestRealm) => {
    const keeper = await TestKeeper.of(realm);
    const { uri } = await keeper.lead();
    keepers.set(realm, { keeper, key: uri });
  };
  const turn = async (realm: TestRealm, state: 'REVOKED' | 'ACTIVE') => {
    const { key } = keepers.get(realm) as { key: string };
    // A channel lives an hour, a keeper longer.
    const keeper = await TestKeeper.of(realm);
    expect(firstIn(await keeper.update(key, state)).usageState).toBe(state);
    await realm.kms.masterKeys.look();
  };
  beforeAll(async () => {
    await lead(acme);
    await lead(globex);
  }, 120_000);

  it('has the copies of its keys elsewhere die with the recall, and come back with the key', async () => {
    const { alice, ken, wesker, keys } = await setting();
    await turn(acme, 'REVOKED');
    await acme.kms.tellPeers();
    // Whoever made them: they are of a resource of that organisation.
    for (const reader of [alice, ken, wesker]) {
      for (const key of keys) expect(await codeOf(reader, key)).toBe('kms/revoked');
    }
    await turn(acme, 'ACTIVE');
    await acme.kms.tellPeers();
    for (const reader of [alice, ken, wesker]) {
      for (const key of keys) expect(await codeOf(reader, key)).toBe('given');
    }
  });

  it('has the copies that no recall reaches die with the lease', async () => {
    const { ken, wesker, keys } = await setting();
    realms.cut(acme, globex);
    await turn(acme, 'REVOKED');
    await acme.kms.tellPeers();
    expect(await codeOf(wesker, keys[0] as string)).toBe('kms/revoked');
    expect(await codeOf(ken, keys[0] as string)).toBe('given');
    acme.pass(listLeaseMs);
    await acme.kms.masterKeys.look();
    await globex.kms.masterKeys.look();
    const later = await anew(globex, ken);
    for (const key of keys.slice(0, 2)) expect(await codeOf(later, key)).toBe('kms/peer-unreachable');
    realms.mend();
    for (const key of keys) expect(await codeOf(later, key)).toBe('kms/revoked');
    await turn(acme, 'ACTIVE');
  });

  it('loses with its own keys those of others that it kept, and nobody else does', async () => {
    const { alice, ken, wesker, keys } = await setting();
    const kept = await globex.database.rows(
      sql<{ id: string }>`select kek_id as id from foreign_key where key_uri = any(${keys}::text[])`,
    );
    expect(kept).toHaveLength(2);
    await turn(globex, 'REVOKED');
    for (const key of keys) expect(await codeOf(ken, key)).toBe('kms/revoked');
    // What others have of its own in rooms elsewhere ends with their lease: 300 s, and ten minutes are allowed.
    expect(await codeOf(alice, keys[1] as string)).toBe('given');
    for (const reader of [alice, wesker]) {
      for (const key of [keys[0], keys[2]]) expect(await codeOf(reader, key as string)).toBe('given');
    }
    // They are under the same KEKs, which only that main key opens.
    const keks = await globex.database.rows(sql<{ under: string }>`select distinct hsm_key_id as under from kek
      where kek_id = any(${kept.map(({ id }) => id)}::uuid[])`);
    expect(keks).toEqual([{ under: keepers.get(globex)?.key.split('/').at(-1) }]);
    acme.pass(listLeaseMs);
    for (const realm of realms.all) await realm.kms.masterKeys.look();
    for (const [realm, reader] of [
      [acme, alice],
      [umbrella, wesker],
    ] as const) {
      expect(await codeOf(await anew(realm, reader), keys[1] as string)).toBe('kms/revoked');
    }
    await turn(globex, 'ACTIVE');
    const later = await anew(globex, ken);
    for (const key of keys) expect(await codeOf(later, key)).toBe('given');
  });
});
