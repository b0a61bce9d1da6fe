import { sql } from '@cloister/database';
import { newId, type OrganisationId, type Purpose } from '@cloister/wire';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestClient } from './testing/test-client.ts';
import { TestRealm } from './testing/test-realm.ts';

let realm: TestRealm;
beforeAll(async () => {
  realm = await TestRealm.open();
});
afterAll(() => realm.close());

const switchTo = (enabled: boolean, purpose: Purpose = 'transcoding', organisationId = realm.organisationId) =>
  realm.identity.switchFunction(organisationId, purpose, enabled);
beforeEach(() => switchTo(true));

const machine = (purpose: Purpose = 'transcoding', organisationId?: OrganisationId) =>
  realm.machineClient(purpose, organisationId);
const get = (client: TestClient, uri: string) => client.ask({ method: 'retrieve', uri });
const lines = async (text: string): Promise<Record<string, unknown>[]> =>
  (await realm.database.rows(sql<{ entry: string }>`select entry from audit order by seq`))
    .map(({ entry }) => JSON.parse(entry) as Record<string, unknown>)
    .filter((entry) => JSON.stringify(entry).includes(text));
const idOf = (uri: string) => uri.split('/').at(-1) ?? '';

/** A room of Alice's with one key. */
const room = async (organisationId = realm.organisationId) => {
  const alice = await realm.client(realm.person(organisationId));
  const key = await alice.createKey();
  return { alice, key, ...(await alice.createRoom([], [key.uri])) };
};

describe('a machine', () => {
  it('gets the keys of its organisation while its function is on, and the audit says what for (R097, R341)', async () => {
    const { key, resourceUri } = await room();
    const transcoder = await machine();
    expect((await get(transcoder, key.uri)).key).toMatchObject({ jwk: key.jwk, resourceUri });
    expect((await get(transcoder, `${resourceUri}/keys`)).keys).toMatchObject([{ jwk: key.jwk }]);
    const released = (await lines(idOf(key.uri))).filter(({ machineId }) => machineId === transcoder.person.id);
    expect(released).toMatchObject([
      { action: 'retrieveKey', outcome: 'allowed', purpose: 'transcoding' },
      { action: 'listResourceKeys', outcome: 'allowed', purpose: 'transcoding' },
    ]);
    expect(released.every((line) => !('personId' in line))).toBe(true);
  });

  it('is refused at the next request once its function is off, and served again when it is on (R342, R400)', async () => {
    const { key } = await room();
    const transcoder = await machine();
    expect(await get(transcoder, key.uri)).toMatchObject({ status: 200 });
    switchTo(false);
    expect(await get(transcoder, key.uri)).toMatchObject({ status: 403, cloister: { code: 'kms/function-off' } });
    await expect(realm.device(realm.machine('transcoding')).connectBound()).rejects.toMatchObject({
      code: 'kms/function-off',
    });
    switchTo(true);
    expect(await get(transcoder, key.uri)).toMatchObject({ status: 200 });
  });

  it('of a function that nobody switched on gets no channel (R400)', async () => {
    await expect(realm.device(realm.machine('dlp')).connectBound()).rejects.toMatchObject({ code: 'kms/function-off' });
  });

  it('gets no key of another organisation, whose function is its own business', async () => {
    const { key, resourceUri } = await room(realm.sisterOrganisationId);
    const transcoder = await machine();
    expect(await get(transcoder, key.uri)).toMatchObject({ status: 403 });
    expect(await get(transcoder, `${resourceUri}/keys`)).toMatchObject({ status: 403 });
    const theirs = realm.device(realm.machine('transcoding', realm.sisterOrganisationId));
    await expect(theirs.connectBound()).rejects.toMatchObject({ code: 'kms/function-off' });
  });

  it('gets no key that is bound to nothing, not even one under its own name', async () => {
    const alice = await realm.client();
    const key = await alice.createKey();
    const transcoder = await machine();
    expect(await get(transcoder, key.uri)).toMatchObject({ status: 403 });
    await realm.database.execute(
      sql`update content_key set creator_id = ${transcoder.person.id} where key_id = ${idOf(key.uri)}`,
    );
    expect(await get(transcoder, key.uri)).toMatchObject({ status: 403 });
  });

  it('may read keys, ping and end its channel; nothing else (R341)', async () => {
    const { key, resourceUri, roomId } = await room();
    const transcoder = await machine();
    const forbidden = [
      { method: 'create', uri: '/keys' },
      { method: 'create', uri: '/resources' },
      { method: 'create', uri: '/authorizations', resourceUri, userIds: [transcoder.person.id] },
      { method: 'retrieve', uri: resourceUri },
      { method: 'retrieve', uri: `${resourceUri}/authorizations` },
      { method: 'delete', uri: `${resourceUri}/authorizations?authId=${newId()}` },
      { method: 'update', uri: key.uri, resourceUri },
      { method: 'retrieve', uri: '/cmk' },
    ];
    for (const ask of forbidden) {
      const answer = await transcoder.ask(ask);
      expect(answer, JSON.stringify(ask)).toMatchObject({ status: 403, cloister: { code: 'kms/not-authorized' } });
    }
    const ask = { method: 'create', uri: '/authorizations', resourceUri, userIds: [transcoder.person.id] };
    const frame = await transcoder.frame('add', ask, { roomId, resourceUri, subjects: [transcoder.person.id] });
    expect((await transcoder.operate(frame)).status).toBe(403);
    expect(await transcoder.ask({ method: 'update', uri: '/ping' })).toMatchObject({ status: 200 });
    expect(await transcoder.ask({ method: 'delete', uri: transcoder.channel.uri })).toMatchObject({ status: 204 });
  });

  it('cannot be authorized on a resource like a person', async () => {
    const { alice } = await room();
    const transcoder = realm.machine('transcoding');
    expect(await alice.ask({ method: 'create', uri: '/resources', userIds: [transcoder.id] })).toMatchObject({
      status: 403,
    });
  });

  it('needs a token bound to its key, which speaks for it alone (R303)', async () => {
    const transcoder = realm.device(realm.machine('transcoding'));
    await expect(transcoder.connect()).rejects.toMatchObject({ code: 'kms/unauthenticated' });
    const alice = realm.device();
    const claimed = { ...alice.person, purpose: 'transcoding' as const };
    await expect(realm.device(claimed).connectBound()).rejects.toMatchObject({ code: 'kms/unauthenticated' });
    const unmasked = { id: transcoder.person.id, organisationId: realm.organisationId, sid: transcoder.person.sid };
    await expect(realm.device(unmasked).connectBound()).rejects.toMatchObject({ code: 'kms/unauthenticated' });
  });

  it('that the feed has not told of yet meets silence, and no error that it would keep (kms.md §1.4)', async () => {
    const unknown = { ...realm.machine('transcoding'), id: newId<TestClient['person']['id']>() };
    expect(await realm.device(unknown).connectBound()).toBeNull();
  });

  it('of eDiscovery gets nothing by itself: that needs a case and its officer', async () => {
    const { key, resourceUri } = await room();
    switchTo(true, 'ediscovery');
    const searcher = await machine('ediscovery');
    expect(await get(searcher, key.uri)).toMatchObject({ status: 403 });
    expect(await get(searcher, `${resourceUri}/keys`)).toMatchObject({ status: 403 });
    switchTo(false, 'ediscovery');
  });

  it('is given keys and channels at a rate of its own, which lets it work', async () => {
    const { key } = await room();
    const transcoder = await machine();
    const messages = await Promise.all(
      Array.from({ length: 45 }, () => transcoder.seal({ method: 'retrieve', uri: key.uri })),
    );
    const statuses = (await transcoder.sendAll(messages)).map((each) => each?.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(40);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
    realm.pass(1_000);
    expect(await get(transcoder, key.uri)).toMatchObject({ status: 200 });
    const channels = [];
    for (let attempt = 0; attempt < 90; attempt++) channels.push(await transcoder.connectBound());
    // One channel it had before, and two permits came back in the second that passed.
    expect(channels.filter((channel) => channel !== null)).toHaveLength(80);
  });
});

describe('a machine of indexing', () => {
  const organisations = () => [realm.organisationId, realm.sisterOrganisationId];
  beforeEach(() => {
    for (const id of organisations()) switchTo(true, 'indexing', id);
  });
  afterEach(() => {
    for (const id of organisations()) switchTo(false, 'indexing', id);
  });
  /** A room of the sister organisation's Susan, with Alice in it and a key of each. */
  const shared = async () => {
    const [alice, susan] = [await realm.client(), await realm.client(realm.person(realm.sisterOrganisationId))];
    const [hers, theirs] = [await alice.createKey(), await susan.createKey()];
    const made = await susan.createRoom([alice.person.id], [theirs.uri]);
    await alice.ask({ method: 'update', uri: hers.uri, resourceUri: made.resourceUri });
    return { alice, susan, room: made, keys: [hers, theirs], list: `${made.resourceUri}/keys` };
  };

  it('reads where one of its people stands on the list, whoever’s room it is, and no longer (R391, R341)', async () => {
    const { alice, susan, room: made, keys, list } = await shared();
    const indexer = await machine('indexing');
    for (const { uri, jwk } of keys) {
      expect((await get(indexer, uri)).key).toMatchObject({ jwk, resourceUri: made.resourceUri });
    }
    expect(new Set((await get(indexer, list)).keys?.map(({ uri }) => uri))).toEqual(
      new Set(keys.map(({ uri }) => uri)),
    );
    // That is the indexer's alone.
    const transcoder = await machine('transcoding');
    expect(await get(transcoder, keys[0]?.uri ?? '')).toMatchObject({ status: 403 });
    expect(await get(transcoder, list)).toMatchObject({ status: 403 });
    await susan.remove(made, alice.person.id);
    expect(await get(indexer, keys[0]?.uri ?? '')).toMatchObject({ status: 403 });
    expect(await get(indexer, list)).toMatchObject({ status: 403 });
    const theirs = await machine('indexing', realm.sisterOrganisationId);
    expect(await get(theirs, keys[0]?.uri ?? '')).toMatchObject({ status: 200 });
  });

  it('reads through another resource what its people read through it, until they stand there no more', async () => {
    const { alice, key } = await room(realm.sisterOrganisationId);
    const bob = await realm.client();
    const group = await alice.createResource([bob.person.id]);
    const opened = await alice.createResource([group], [(await alice.createKey()).uri]);
    const [{ uri } = key] = (await get(alice, `${opened}/keys`)).keys ?? [];
    const indexer = await machine('indexing');
    expect(await get(indexer, uri)).toMatchObject({ status: 200 });
    expect(await get(indexer, `${opened}/keys`)).toMatchObject({ status: 200 });
    await alice.ask({ method: 'delete', uri: `${group}/authorizations?authId=${bob.person.id}` });
    expect(await get(indexer, uri)).toMatchObject({ status: 403 });
    expect(await get(indexer, `${opened}/keys`)).toMatchObject({ status: 403 });
  });

  it('reads nothing while its organisation and the room’s may not meet, as its people do', async () => {
    const { alice, keys, list, room: made } = await shared();
    const administrator = await realm.client(realm.identity.administrator(realm.organisationId));
    const indexer = await machine('indexing');
    const outside = `/outside/${realm.sisterOrganisationId}`;
    const searchKeys = `${made.resourceUri}/searchKeys`;
    const before = await get(indexer, searchKeys);
    await administrator.ask({ method: 'update', uri: outside, paused: true });
    for (const reader of [alice, indexer]) {
      expect(await get(reader, keys[1]?.uri ?? '')).toMatchObject({ cloister: { code: 'kms/outside-not-allowed' } });
      expect(await get(reader, list)).toMatchObject({ cloister: { code: 'kms/outside-not-allowed' } });
    }
    expect(await get(indexer, searchKeys)).toMatchObject({ cloister: { code: 'kms/outside-not-allowed' } });
    await administrator.ask({ method: 'update', uri: outside, paused: false });
    expect(await get(indexer, list)).toMatchObject({ status: 200 });
    expect((await get(indexer, searchKeys)).searchKeys).toEqual(before.searchKeys);
  });

  it('has the key under which somebody of its organisation asks, with who made it and no room (wires.md §14)', async () => {
    const alice = await realm.client();
    const key = await alice.createKey();
    const asked = { method: 'create', uri: '/resources', userIds: [alice.person.id], keyUris: [key.uri] };
    const resourceUri = (await alice.ask(asked)).resource?.uri;
    const given = (await get(await machine('indexing'), key.uri)).key;
    expect(given).toMatchObject({ jwk: key.jwk, userId: alice.person.id, resourceUri });
    expect(given?.cloister).toEqual({ authorizationVersion: 1 });
    expect(await get(await machine('indexing', realm.sisterOrganisationId), key.uri)).toMatchObject({ status: 403 });
    // In a room’s key it stands: a query is believed under no key that others have.
    const { alice: other, key: ofRoom, roomId } = await room();
    const shown = (await get(await machine('indexing'), ofRoom.uri)).key;
    expect(shown).toMatchObject({ userId: other.person.id, cloister: { roomId } });
  });
});

describe('a list of readers', () => {
  it('names every function that is on and the key server, so that clients can show them (R340, R343)', async () => {
    const { alice, resourceUri } = await room();
    const none = { functions: [{ organisationId: realm.organisationId, purpose: 'transcoding' }] };
    const keyServers = [TestRealm.kmsHost];
    expect((await get(alice, `${resourceUri}/authorizations`)).cloister).toMatchObject({
      authorizationVersion: 1,
      keyServers,
      ...none,
    });
    switchTo(true, 'ediscovery');
    switchTo(false);
    const functions = [{ organisationId: realm.organisationId, purpose: 'ediscovery' }];
    expect((await get(alice, resourceUri)).resource?.cloister).toMatchObject({
      authorizationVersion: 1,
      keyServers,
      functions,
    });
    switchTo(false, 'ediscovery');
    expect((await get(alice, `${resourceUri}/authorizations`)).cloister).toMatchObject({ functions: [] });
  });

  it('names the other organisation whose officers and indexer could read through one of its people (R343, R391)', async () => {
    const sister = realm.person(realm.sisterOrganisationId);
    const alice = await realm.client();
    const resourceUri = await alice.createResource([sister.id]);
    switchTo(false);
    switchTo(true, 'ediscovery', realm.sisterOrganisationId);
    switchTo(true, 'indexing', realm.sisterOrganisationId);
    expect((await get(alice, `${resourceUri}/authorizations`)).cloister).toMatchObject({
      functions: [
        { organisationId: realm.sisterOrganisationId, purpose: 'indexing' },
        { organisationId: realm.sisterOrganisationId, purpose: 'ediscovery' },
      ],
    });
    switchTo(false, 'ediscovery', realm.sisterOrganisationId);
    switchTo(false, 'indexing', realm.sisterOrganisationId);
  });
});
