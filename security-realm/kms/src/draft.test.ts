import { sql } from '@cloister/database';
import type { KmsResponse } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient } from './testing/test-client.ts';
import { TestRealm } from './testing/test-realm.ts';

/** What draft-abiggs-saag-key-management-service has and the published clients do not ask for (kms.md §1.6). */
let realm: TestRealm;
beforeAll(async () => {
  realm = await TestRealm.open();
});
afterAll(() => realm.close());

const idOf = (uri: string) => uri.split('/').at(-1) ?? '';
const get = (client: TestClient, uri: string, more: object = {}) => client.ask({ method: 'retrieve', uri, ...more });
const list = (client: TestClient, resourceUri: string) => get(client, `${resourceUri}/authorizations`);
const authorize = (client: TestClient, resourceUri: string, terms: object) =>
  client.ask({ method: 'create', uri: '/authorizations', resourceUri, ...terms });
const nameless = ({ authorizations }: KmsResponse) =>
  (authorizations ?? []).filter(({ bearer }) => bearer !== undefined);

/** A resource of Alice's with a key. */
const resourceWithKey = async () => {
  const alice = await realm.client();
  const key = await alice.createKey();
  return { alice, key, resourceUri: await alice.createResource([], [key.uri]) };
};
/** And one anonymous authorization on it. */
const withBearer = async (terms: object = {}) => {
  const made = await resourceWithKey();
  const [anonymous] = nameless(await authorize(made.alice, made.resourceUri, { anonymous: 1, ...terms }));
  if (anonymous?.bearer === undefined) throw new Error('no bearer');
  return { ...made, anonymous, bearer: anonymous.bearer };
};

describe('the keys of a resource', () => {
  it('are given from boundAfter on, before boundBefore, and the newest when there are too many', async () => {
    const alice = await realm.client();
    const resourceUri = await alice.createResource();
    const uris = [];
    const times: string[] = [];
    for (let made = 0; made < 3; made++) {
      const key = await alice.createKey();
      await alice.ask({ method: 'update', uri: key.uri, resourceUri });
      uris.push(key.uri);
      times.push(realm.clock.now.toISOString());
      realm.pass(1_000);
    }
    const [first, second, third] = uris;
    const listed = async (selection: object) =>
      (await get(alice, `${resourceUri}/keys`, selection)).keys?.map(({ uri }) => uri);
    expect(await listed({})).toEqual([third, second, first]);
    expect(await listed({ boundAfter: times[1] })).toEqual([third, second]);
    expect(await listed({ boundBefore: times[1] })).toEqual([first]);
    expect(await listed({ boundAfter: times[0], boundBefore: times[2], count: 1 })).toEqual([second]);
    const zoned = `${new Date(Date.parse(times[1] ?? '') + 3600_000).toISOString().slice(0, -1)}+01:00`;
    expect(await listed({ boundAfter: zoned })).toEqual([third, second]);
  });
});

describe('the authorizations of one person', () => {
  it('are one or none, for those who may see the list', async () => {
    const { alice, resourceUri } = await resourceWithKey();
    const [bob, eve] = [realm.person(), await realm.client()];
    await authorize(alice, resourceUri, { authIds: [bob.id] });
    const of = (client: TestClient, id: string) => get(client, `${resourceUri}/authorizations?authId=${id}`);
    expect((await of(alice, bob.id)).authorizations).toMatchObject([{ authId: bob.id, resourceUri }]);
    expect(await of(alice, eve.person.id)).toMatchObject({ status: 200, authorizations: [] });
    expect(await of(eve, bob.id)).toMatchObject({ status: 403 });
  });
});

describe('an anonymous authorization', () => {
  it('lets whoever holds its bearer read that resource, and the audit names both (R288)', async () => {
    const { key, resourceUri, bearer, anonymous } = await withBearer();
    const bob = await realm.client();
    expect(await get(bob, key.uri)).toMatchObject({ status: 403 });
    expect((await get(bob, key.uri, { bearer })).key?.jwk).toEqual(key.jwk);
    expect((await get(bob, `${resourceUri}/keys`, { bearer })).keys?.map(({ jwk }) => jwk)).toEqual([key.jwk]);
    const rows = await realm.database.rows(sql<{ entry: string }>`select entry from audit order by seq desc limit 2`);
    for (const { entry } of rows) {
      expect(JSON.parse(entry)).toMatchObject({
        outcome: 'allowed',
        personId: bob.person.id,
        authorizationId: idOf(anonymous.uri),
        keyIds: [idOf(key.uri)],
      });
    }
  });

  it('lets the holder do nothing else there, and nothing elsewhere', async () => {
    const { resourceUri, bearer } = await withBearer();
    const other = await resourceWithKey();
    const bob = await realm.client();
    for (const uri of [other.key.uri, `${other.resourceUri}/keys`]) {
      expect(await get(bob, uri, { bearer })).toMatchObject({ status: 403 });
    }
    for (const ask of [
      { method: 'retrieve', uri: resourceUri },
      { method: 'retrieve', uri: `${resourceUri}/authorizations` },
      { method: 'create', uri: '/authorizations', resourceUri, userIds: [bob.person.id] },
      { method: 'update', uri: (await bob.createKey()).uri, resourceUri },
    ]) {
      expect(await bob.ask({ ...ask, bearer }), JSON.stringify(ask)).toMatchObject({ status: 403 });
    }
  });

  it('ends with its time, a day unless its maker says less', async () => {
    const [long, short] = [await withBearer(), await withBearer({ ttl: 60 })];
    expect(Date.parse(long.anonymous.expirationDate ?? '') - realm.clock.now.getTime()).toBe(86_400_000);
    const bob = await realm.client();
    expect(await get(bob, short.key.uri, { bearer: short.bearer })).toMatchObject({ status: 200 });
    realm.pass(60_000);
    expect(await get(bob, short.key.uri, { bearer: short.bearer })).toMatchObject({ status: 403 });
    expect((await list(short.alice, short.resourceUri)).authorizations).toHaveLength(1);
    expect(await get(bob, long.key.uri, { bearer: long.bearer })).toMatchObject({ status: 200 });
  });

  it('ends when it is deleted by its address, and with who made it (R333)', async () => {
    const [one, two] = [await withBearer(), await withBearer()];
    const bob = await realm.client();
    expect(await one.alice.ask({ method: 'delete', uri: one.anonymous.uri })).toMatchObject({ status: 200 });
    expect(await get(bob, one.key.uri, { bearer: one.bearer })).toMatchObject({ status: 403 });
    await authorize(two.alice, two.resourceUri, { userIds: [bob.person.id] });
    const uri = `${two.resourceUri}/authorizations?authId=${two.alice.person.id}`;
    expect(await bob.ask({ method: 'delete', uri })).toMatchObject({ status: 200 });
    expect(await get(two.alice, two.key.uri, { bearer: two.bearer })).toMatchObject({ status: 403 });
  });

  it('is refused with anything but the bearer that the key server signed', async () => {
    const { key, bearer } = await withBearer();
    const bob = await realm.client();
    const [head, body, tail] = bearer.split('.');
    const claims = JSON.parse(Buffer.from(body ?? '', 'base64url').toString());
    const forge = (change: object) => Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url');
    const none = Buffer.from('{"alg":"none","typ":"cloister-authorization+jwt"}').toString('base64url');
    for (const bad of [`${head}.${forge({ exp: claims.exp + 1 })}.${tail}`, `${none}.${body}.AAAA`, bob.token()]) {
      expect(await get(bob, key.uri, { bearer: bad })).toMatchObject({ status: 403 });
    }
    expect(await get(bob, key.uri, { bearer: 'nothing' })).toMatchObject({ status: 400 });
  });

  it('comes with its bearer once, and stands on the list by its own address, which clients cannot pass over', async () => {
    const { alice, resourceUri, anonymous } = await withBearer();
    const { authorizations } = await list(alice, resourceUri);
    const listed = authorizations?.find(({ uri }) => uri === anonymous.uri);
    expect(listed).toEqual({
      uri: anonymous.uri,
      authId: anonymous.uri,
      resourceUri,
      expirationDate: anonymous.expirationDate,
    });
  });

  it('comes with a new resource too', async () => {
    const alice = await realm.client();
    const key = await alice.createKey();
    const ask = { method: 'create', uri: '/resources', keyUris: [key.uri], anonymous: 2, ttl: 3600 };
    const made = await alice.ask(ask);
    expect(made.resource?.authorizationUris).toHaveLength(3);
    const [first, second] = nameless(made);
    expect(first?.bearer).not.toBe(second?.bearer);
    expect(first?.expirationDate).toBe(made.resource?.expirationDate);
    expect((await get(await realm.client(), key.uri, { bearer: second?.bearer })).key?.jwk).toEqual(key.jwk);
  });

  it('is not made in a room, whose people the roster explains', async () => {
    const alice = await realm.client();
    const { resourceUri } = await alice.createRoom();
    expect(await authorize(alice, resourceUri, { anonymous: 1 })).toMatchObject({ status: 403 });
    const ask = { method: 'create', uri: '/resources', userIds: [alice.person.id], keyUris: [], anonymous: 1 };
    expect((await alice.operate(await alice.frame('create', ask, { subjects: [alice.person.id] }))).status).toBe(400);
    expect((await list(alice, resourceUri)).authorizations).toHaveLength(1);
  });

  it('is of no use to machines', async () => {
    const { key, bearer } = await withBearer();
    realm.identity.switchFunction(realm.organisationId, 'indexing', true);
    const indexer = await realm.machineClient('indexing');
    expect(await get(indexer, key.uri, { bearer })).toMatchObject({ status: 403 });
  });
});

describe('a time to live', () => {
  it('of an authorization ends the right, and the place can be taken again', async () => {
    const { alice, key, resourceUri } = await resourceWithKey();
    const bob = await realm.client();
    const made = await authorize(alice, resourceUri, { userIds: [bob.person.id], ttl: 120 });
    const until = new Date(realm.clock.now.getTime() + 120_000).toISOString();
    expect(made.authorizations).toMatchObject([{ authId: bob.person.id, expirationDate: until }]);
    expect(await get(bob, key.uri)).toMatchObject({ status: 200 });
    realm.pass(120_000);
    expect(await get(bob, key.uri)).toMatchObject({ status: 403 });
    expect(await list(bob, resourceUri)).toMatchObject({ status: 403 });
    expect((await list(alice, resourceUri)).authorizations).toHaveLength(1);
    expect(await authorize(alice, resourceUri, { userIds: [bob.person.id] })).toMatchObject({ status: 201 });
    expect(await get(bob, key.uri)).toMatchObject({ status: 200 });
  });

  it('of an authorization of a resource ends what its people read through it', async () => {
    const { alice, key, resourceUri } = await resourceWithKey();
    const bob = await realm.client();
    const team = await alice.createResource([bob.person.id]);
    await authorize(alice, resourceUri, { authIds: [team], ttl: 60 });
    expect(await get(bob, key.uri)).toMatchObject({ status: 200 });
    realm.pass(60_000);
    expect(await get(bob, key.uri)).toMatchObject({ status: 403 });
  });

  it('of a resource ends it for everybody, machines included, and its keys are deleted', async () => {
    const alice = await realm.client();
    const key = await alice.createKey();
    const ask = { method: 'create', uri: '/resources', keyUris: [key.uri], ttl: 60 };
    const { resource } = await alice.ask(ask);
    const expirationDate = new Date(realm.clock.now.getTime() + 60_000).toISOString();
    expect(resource).toMatchObject({ expirationDate });
    expect((await get(alice, resource?.uri ?? '')).resource).toMatchObject({ expirationDate });
    realm.identity.switchFunction(realm.organisationId, 'retention', true);
    const machine = await realm.machineClient('retention');
    expect(await get(machine, key.uri)).toMatchObject({ status: 200 });
    realm.pass(60_000);
    for (const uri of [key.uri, resource?.uri ?? '', `${resource?.uri}/keys`]) {
      expect(await get(alice, uri), uri).toMatchObject({ status: 403 });
    }
    expect(await get(machine, key.uri)).toMatchObject({ status: 403 });
    expect(await get(machine, `${resource?.uri}/keys`)).toMatchObject({ status: 403 });
    await realm.kms.maintain();
    const left = await realm.database.rows(sql`select 1 from content_key where key_id = ${idOf(key.uri)}`);
    expect(left).toEqual([]);
  });

  it('that is over makes a new version of the list once it is tidied up', async () => {
    const { alice, resourceUri } = await resourceWithKey();
    await authorize(alice, resourceUri, { userIds: [realm.person().id], ttl: 60 });
    expect((await list(alice, resourceUri)).cloister).toMatchObject({ authorizationVersion: 2 });
    realm.pass(60_000);
    await realm.kms.maintain();
    expect((await list(alice, resourceUri)).cloister).toMatchObject({ authorizationVersion: 3 });
  });

  it('out of range is refused with the range, and a role that is not known too', async () => {
    const { alice, resourceUri } = await resourceWithKey();
    const bob = realm.person();
    const refused = await authorize(alice, resourceUri, { userIds: [bob.id], ttl: 5 });
    expect(refused).toMatchObject({ status: 400, reason: expect.stringContaining('60 to 31622400 seconds') });
    const asAgent = await authorize(alice, resourceUri, { userIds: [bob.id], roleUri: 'orgAgent' });
    expect(asAgent).toMatchObject({ status: 400, reason: expect.stringContaining('role') });
    expect(await authorize(alice, resourceUri, { userIds: [bob.id], roleUri: 'participant' })).toMatchObject({
      status: 201,
    });
  });
});

describe('the bulk removal', () => {
  it('removes several at once, in one change of the list', async () => {
    const { alice, key, resourceUri } = await resourceWithKey();
    const [bob, carol] = [await realm.client(), realm.person()];
    const team = await alice.createResource();
    await authorize(alice, resourceUri, { userIds: [bob.person.id, carol.id, team], anonymous: 1 });
    const all = (await list(alice, resourceUri)).authorizations ?? [];
    const others = all.filter(({ authId }) => authId !== alice.person.id);
    const authIds = [...others.map(({ authId }) => authId), realm.person().id];
    const removed = await alice.ask({ method: 'delete', uri: '/authorizations', resourceUri, authIds });
    expect(removed).toMatchObject({ status: 200, cloister: { authorizationVersion: 3 } });
    expect(new Set(removed.authorizations?.map(({ uri }) => uri))).toEqual(new Set(others.map(({ uri }) => uri)));
    expect((await list(alice, resourceUri)).authorizations).toHaveLength(1);
    expect(await get(bob, key.uri)).toMatchObject({ status: 403 });
  });

  it('is refused to strangers, and in a room, whose people change only together with it', async () => {
    const { alice, resourceUri } = await resourceWithKey();
    const eve = await realm.client();
    const ask = { method: 'delete', uri: '/authorizations', authIds: [alice.person.id] };
    expect(await eve.ask({ ...ask, resourceUri })).toMatchObject({ status: 403 });
    const room = await alice.createRoom([eve.person.id]);
    const code = { cloister: { code: 'kms/room-mismatch' } };
    expect(await eve.ask({ ...ask, resourceUri: room.resourceUri })).toMatchObject({ status: 403, ...code });
    const frame = await eve.frame('remove', { ...ask, ...room }, { ...room, subjects: [alice.person.id] });
    expect((await eve.operate(frame)).status).toBe(403);
    expect((await list(alice, room.resourceUri)).authorizations).toHaveLength(2);
  });
});
