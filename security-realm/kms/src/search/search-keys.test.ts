import { sql } from '@cloister/database';
import { idOf, newId, type OrganisationId, type Purpose } from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { firstIn, TestKeeper } from '../master-keys/testing/test-keeper.ts';
import { TestRealm } from '../testing/test-realm.ts';
import { askSearchKeys, bytesOf, searchKeysFor, searchQuestion } from './testing/ask-search-keys.ts';

const dayMs = 24 * 3600_000;
const denied = { status: 403, cloister: { code: 'kms/not-authorized' } };
const off = { status: 405, errorCode: 405005, cloister: { code: 'kms/revoked' } };

let realm: TestRealm;
let keeper: TestKeeper;
let sister: OrganisationId;
beforeAll(async () => {
  realm = await TestRealm.open();
  sister = realm.sisterOrganisationId;
});
afterAll(() => realm.close());
beforeEach(async () => {
  keeper = await TestKeeper.afresh(realm);
  for (const id of [realm.organisationId, sister]) realm.identity.switchFunction(id, 'indexing', true);
});

const machine = (organisationId?: OrganisationId, purpose: Purpose = 'indexing') =>
  realm.machineClient(purpose, organisationId);
/** The audit's lines about search keys that have this word. */
const lines = async (text: string): Promise<Record<string, unknown>[]> =>
  (await realm.database.rows(sql<{ entry: string }>`select entry from audit order by seq`))
    .map(({ entry }) => JSON.parse(entry) as Record<string, unknown>)
    .filter((entry) => entry.action === 'retrieveSearchKeys' && JSON.stringify(entry).includes(text));

/** A room of Alice's, with Susan of the sister organisation in it. */
const setting = async () => {
  const alice = await realm.client();
  const susan = await realm.client(realm.person(sister));
  return { alice, susan, room: await alice.createRoom([susan.person.id]) };
};

describe('the search key of a room', () => {
  it('is held by the key server: made when it is first asked for, and the same ever after (R392)', async () => {
    const { room } = await setting();
    const indexer = await machine();
    const first = await searchKeysFor(indexer, room.resourceUri);
    expect(first).toEqual([
      { epoch: 1, createdAt: realm.clock.now.toISOString(), jwk: { kty: 'oct', k: expect.stringMatching(/^.{43}$/) } },
    ]);
    realm.pass(1_000);
    expect(await searchKeysFor(await machine(), room.resourceUri)).toEqual(first);
    await realm.restart();
    expect(await searchKeysFor(indexer, room.resourceUri)).toEqual(first);
    // Two rooms share no key, and so no token.
    const other = await (await realm.client()).createRoom();
    expect(bytesOf(await searchKeysFor(indexer, other.resourceUri))).not.toEqual(bytesOf(first));
  });

  it('is another for each organisation in it, and none is told to the other (R392)', async () => {
    const { room } = await setting();
    const [ours, theirs] = [await machine(), await machine(sister)];
    const [own, other] = [await searchKeysFor(ours, room.resourceUri), await searchKeysFor(theirs, room.resourceUri)];
    expect(bytesOf(own)).not.toEqual(bytesOf(other));
    expect(await searchKeysFor(ours, room.resourceUri)).toEqual(own);
  });

  it('is for machines of indexing alone: for no person, no other machine, nobody’s officer and no half of a change', async () => {
    const { alice, susan, room } = await setting();
    const { resourceUri } = room;
    for (const purpose of ['transcoding', 'dlp', 'retention', 'ediscovery'] as const) {
      realm.identity.switchFunction(realm.organisationId, purpose, true);
      expect(await askSearchKeys(await machine(realm.organisationId, purpose), resourceUri)).toMatchObject(denied);
    }
    for (const client of [alice, susan, keeper.client])
      expect(await askSearchKeys(client, resourceUri)).toMatchObject(denied);
    const officer = await realm.client();
    realm.identity.openCase(officer.person, [alice.person]);
    const { id } = alice.person;
    const credential = { userId: id, onBehalfOf: id, bearer: officer.token() };
    const onBehalf = { ...searchQuestion(resourceUri), client: { clientId: officer.clientId, credential } };
    expect(await officer.ask(onBehalf)).toMatchObject(denied);
    const indexer = await machine();
    for (const client of [alice, indexer]) {
      const half = await client.frame('updateKey', searchQuestion(resourceUri), { ...room, subjects: [] });
      expect((await client.operate(half)).status).toBe(403);
    }
    const within = { ...searchQuestion(resourceUri), cloister: { roomId: room.roomId } };
    expect(await indexer.ask(within)).toMatchObject({ status: 403, cloister: { code: 'kms/room-mismatch' } });
    expect(await realm.database.rows(sql`select from search_key where resource_uri = ${resourceUri}`)).toEqual([]);
    for (const method of ['create', 'update', 'delete']) {
      expect(await indexer.ask({ ...searchQuestion(resourceUri), method })).toMatchObject(denied);
    }
  });

  it('is for organisations with somebody in the room, until the last of theirs is gone (R391)', async () => {
    const { alice, susan, room } = await setting();
    const others = await (await realm.client()).createRoom();
    const theirs = await machine(sister);
    const before = await searchKeysFor(theirs, room.resourceUri);
    expect(await askSearchKeys(theirs, others.resourceUri)).toMatchObject(denied);
    expect(await askSearchKeys(theirs, `kms://${realm.kmsHost}/resources/${newId()}`)).toMatchObject(denied);
    await alice.remove(room, susan.person.id);
    expect(await askSearchKeys(theirs, room.resourceUri)).toMatchObject(denied);
    // Its own organisation's stays so, whoever is in it: what they wrote is still read there.
    await alice.remove(room, alice.person.id);
    expect(await searchKeysFor(await machine(), room.resourceUri)).toHaveLength(1);
    const another = await (await realm.client()).createRoom([susan.person.id]);
    expect(bytesOf(await searchKeysFor(theirs, another.resourceUri))).not.toEqual(bytesOf(before));
  });

  it('is of rooms: of a resource that no room has there is none', async () => {
    const alice = await realm.client();
    const resourceUri = await alice.createResource([]);
    expect(await askSearchKeys(await machine(), resourceUri)).toMatchObject(denied);
  });

  it('has a new epoch 30 days later, and the ones before stay', async () => {
    const { room } = await setting();
    const first = await searchKeysFor(await machine(), room.resourceUri);
    realm.pass(30 * dayMs - 1);
    expect(await searchKeysFor(await machine(), room.resourceUri)).toEqual(first);
    realm.pass(1);
    const second = await searchKeysFor(await machine(), room.resourceUri);
    expect(second).toEqual([...first, expect.objectContaining({ epoch: 2, createdAt: realm.clock.now.toISOString() })]);
    expect(new Set(bytesOf(second)).size).toBe(2);
    // However long nobody asked, one is enough.
    realm.pass(90 * dayMs);
    const third = await searchKeysFor(await machine(), room.resourceUri);
    expect(third.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(third.slice(0, 2)).toEqual(second);
    const { kms, close } = await TestRealm.secondNode(realm, undefined, { searchKeyMs: 60_000 });
    realm.pass(60_000);
    const often = await machine();
    often.wire = { send: (batch) => kms.handleBatch(batch), operate: (frame) => kms.handleOperation(frame) };
    expect((await searchKeysFor(often, room.resourceUri)).map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    await close();
  });

  it('is one an epoch, whichever nodes are asked at the same moment', async () => {
    const { kms, close } = await TestRealm.secondNode(realm);
    for (const epoch of [1, 2]) {
      const rooms = await Promise.all(Array.from({ length: 4 }, async () => (await realm.client()).createRoom()));
      for (const { resourceUri } of rooms) {
        if (epoch === 2) await searchKeysFor(await machine(), resourceUri);
      }
      if (epoch === 2) realm.pass(30 * dayMs);
      const askers = await Promise.all(
        Array.from({ length: 8 }, async (_, index) => {
          const asker = await machine();
          if (index % 2 === 1) {
            asker.wire = { send: (batch) => kms.handleBatch(batch), operate: (frame) => kms.handleOperation(frame) };
          }
          return asker;
        }),
      );
      for (const { resourceUri } of rooms) {
        const [first, ...rest] = await Promise.all(askers.map((asker) => searchKeysFor(asker, resourceUri)));
        expect(first).toHaveLength(epoch);
        for (const each of rest) expect(each).toEqual(first);
      }
    }
    await close();
  });

  it('is lost no more once it was given, whoever dies in between: only what is stored is given', async () => {
    const { room } = await setting();
    const indexer = await machine();
    // The answer cannot leave, as when the node dies on the way; the key is there.
    await realm.database.execute(sql`alter table audit rename to audit_away`);
    expect(await indexer.try(searchQuestion(room.resourceUri))).toBeNull();
    await realm.database.execute(sql`alter table audit_away rename to audit`);
    const [stored] = await realm.database.rows(
      sql<{ wrapped: Buffer }>`select wrapped from search_key where resource_uri = ${room.resourceUri}`,
    );
    await realm.restart();
    const given = await searchKeysFor(indexer, room.resourceUri);
    const [after, ...more] = await realm.database.rows(
      sql<{ wrapped: Buffer }>`select wrapped from search_key where resource_uri = ${room.resourceUri}`,
    );
    expect([after, more]).toEqual([stored, []]);
    // What cannot be stored is not given either.
    const other = await (await realm.client()).createRoom();
    await realm.database.execute(sql`alter table search_key rename to search_key_away`);
    expect(await indexer.try(searchQuestion(other.resourceUri))).toBeNull();
    await realm.database.execute(sql`alter table search_key_away rename to search_key`);
    expect(await searchKeysFor(indexer, room.resourceUri)).toEqual(given);
  });

  it('has a line of the audit for each request, before it is given or refused (R097, R341)', async () => {
    const { room } = await setting();
    const stranger = await machine(sister);
    const strange = await (await realm.client()).createRoom();
    await askSearchKeys(stranger, strange.resourceUri);
    expect(await lines(stranger.person.id)).toMatchObject([
      {
        outcome: 'refused',
        code: 'kms/not-authorized',
        purpose: 'indexing',
        resourceId: idOf(strange.resourceUri),
      },
    ]);
    const indexer = await machine();
    await indexer.sendAll(await Promise.all([0, 1].map(() => indexer.seal(searchQuestion(room.resourceUri)))));
    const allowed = {
      at: realm.clock.now.toISOString(),
      action: 'retrieveSearchKeys',
      outcome: 'allowed',
      machineId: indexer.person.id,
      organisationId: realm.organisationId,
      purpose: 'indexing',
      resourceId: idOf(room.resourceUri),
      roomId: room.roomId,
    };
    expect(await lines(indexer.person.id)).toEqual([allowed, allowed]);
    // A log names neither rooms nor keys (R353).
    for (const word of [room.roomId, idOf(room.resourceUri)]) expect(realm.logged).not.toContain(word);
  });

  it('is refused at the next request once the function is off, and is the same when it is on again (R342)', async () => {
    const { room } = await setting();
    const indexer = await machine();
    const before = await searchKeysFor(indexer, room.resourceUri);
    realm.identity.switchFunction(realm.organisationId, 'indexing', false);
    expect(await askSearchKeys(indexer, room.resourceUri)).toMatchObject({
      status: 403,
      cloister: { code: 'kms/function-off' },
    });
    // The other organisation's is its own business.
    expect(await searchKeysFor(await machine(sister), room.resourceUri)).toHaveLength(1);
    realm.identity.switchFunction(realm.organisationId, 'indexing', true);
    expect(await searchKeysFor(indexer, room.resourceUri)).toEqual(before);
  });

  it('is given at the rate of keys, however many epochs there are; many are asked for at once, refused ones among them', async () => {
    const indexer = await machine();
    const alice = await realm.client();
    const rooms = await Promise.all([0, 1, 2, 3].map(() => alice.createRoom()));
    const others = await (await realm.client(realm.person(sister))).createRoom();
    const asked = [...rooms.slice(0, 2), others, ...rooms.slice(2)];
    const sealed = await Promise.all(asked.map(({ resourceUri }) => indexer.seal(searchQuestion(resourceUri))));
    const answers = await indexer.sendAll(sealed);
    expect(answers.map((answer) => answer?.status)).toEqual([200, 200, 403, 200, 200]);
    expect(new Set(answers.flatMap((answer) => bytesOf(answer?.searchKeys ?? []))).size).toBe(4);
    const [{ resourceUri } = others] = rooms;
    const more = await Promise.all(Array.from({ length: 40 }, () => indexer.seal(searchQuestion(resourceUri))));
    const statuses = (await indexer.sendAll(more)).map((answer) => answer?.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(36);
    expect(statuses.filter((status) => status === 429)).toHaveLength(4);
    realm.pass(1_000);
    // Keys and search keys side by side, each in its place.
    const key = await alice.createKey();
    await alice.createRoom([], [key.uri]);
    const mixed = [searchQuestion(resourceUri), { method: 'retrieve', uri: key.uri }, searchQuestion(resourceUri)];
    const both = await indexer.sendAll(await Promise.all(mixed.map((each) => indexer.seal(each))));
    expect(both.map((answer) => Object.keys(answer ?? {}).at(-1))).toEqual(['searchKeys', 'key', 'searchKeys']);
  });
});

describe('while the main key is off', () => {
  it('no search key is given or made, of the own organisation or for its room, and all are the same after (R045, R046)', async () => {
    const mainKey = (await keeper.lead()).uri;
    const { alice, susan, room } = await setting();
    const [ours, theirs] = [await machine(), await machine(sister)];
    const before = [await searchKeysFor(ours, room.resourceUri), await searchKeysFor(theirs, room.resourceUri)];
    const fresh = await alice.createRoom([susan.person.id]);
    expect(firstIn(await keeper.update(mainKey, 'REVOKED')).usageState).toBe('REVOKED');
    await realm.kms.masterKeys.look();
    for (const { resourceUri } of [room, fresh]) {
      expect(await askSearchKeys(ours, resourceUri)).toMatchObject(off);
      expect(await askSearchKeys(theirs, resourceUri)).toMatchObject(off);
    }
    const stored = sql`select from search_key where resource_uri = ${fresh.resourceUri}`;
    expect(await realm.database.rows(stored)).toEqual([]);
    expect(firstIn(await keeper.update(mainKey, 'ACTIVE')).usageState).toBe('ACTIVE');
    await realm.kms.masterKeys.look();
    expect([await searchKeysFor(ours, room.resourceUri), await searchKeysFor(theirs, room.resourceUri)]).toEqual(
      before,
    );
  });

  it('and on again, it is given at once, by a node that has not looked since too', async () => {
    const mainKey = (await keeper.lead()).uri;
    const { room } = await setting();
    const indexer = await machine();
    const before = await searchKeysFor(indexer, room.resourceUri);
    const { kms, close } = await TestRealm.secondNode(realm);
    await keeper.update(mainKey, 'REVOKED');
    for (const node of [kms, realm.kms]) await node.masterKeys.look();
    indexer.wire = { send: (batch) => kms.handleBatch(batch), operate: (frame) => kms.handleOperation(frame) };
    expect(await askSearchKeys(indexer, room.resourceUri)).toMatchObject(off);
    await keeper.update(mainKey, 'ACTIVE');
    expect(await searchKeysFor(indexer, room.resourceUri)).toEqual(before);
    await close();
  });

  it('the organisation’s own keys stop in rooms of others too', async () => {
    const mainKey = (await keeper.lead()).uri;
    const susan = await realm.client(realm.person(sister));
    const room = await susan.createRoom([realm.person().id]);
    const [ours, theirs] = [await machine(), await machine(sister)];
    const before = await searchKeysFor(ours, room.resourceUri);
    await keeper.update(mainKey, 'REVOKED');
    await realm.kms.masterKeys.look();
    expect(await askSearchKeys(ours, room.resourceUri)).toMatchObject(off);
    expect(await searchKeysFor(theirs, room.resourceUri)).toHaveLength(1);
    await keeper.update(mainKey, 'ACTIVE');
    await realm.kms.masterKeys.look();
    expect(await searchKeysFor(ours, room.resourceUri)).toEqual(before);
  });

  it('or the KEK inactive, none is given: an index without an epoch would look complete', async () => {
    const { room } = await setting();
    const indexer = await machine();
    const before = await searchKeysFor(indexer, room.resourceUri);
    const { wrappingKeys } = await keeper.client.ask({ method: 'retrieve', uri: '/kek' });
    const [kek] = wrappingKeys ?? [];
    await keeper.client.ask({ method: 'create', uri: '/kek' });
    await keeper.client.ask({ method: 'update', uri: kek?.uri, state: 'inactive' });
    realm.pass(30 * dayMs);
    expect(await askSearchKeys(await machine(), room.resourceUri)).toMatchObject(off);
    const later = await realm.client(keeper.client.person);
    await later.ask({ method: 'update', uri: kek?.uri, state: 'active' });
    const [first, second, ...more] = await searchKeysFor(await machine(), room.resourceUri);
    expect([first, second?.epoch, more]).toEqual([before[0], 2, []]);
  });

  it('it moves to the new main key with its KEK, and stays what it was (R007)', async () => {
    await keeper.lead();
    const { room } = await setting();
    const before = await searchKeysFor(await machine(), room.resourceUri);
    await keeper.lead();
    await realm.kms.masterKeys.rotate();
    await realm.restart();
    expect(await searchKeysFor(await machine(), room.resourceUri)).toEqual(before);
  });

  it('or this node’s lease over, there is silence: a node that was stopped on the way gives nothing away', async () => {
    const { room } = await setting();
    const indexer = await machine();
    const before = await searchKeysFor(indexer, room.resourceUri);
    const { kms, close } = await TestRealm.secondNode(realm);
    indexer.wire = { send: (batch) => kms.handleBatch(batch), operate: (frame) => kms.handleOperation(frame) };
    await searchKeysFor(indexer, room.resourceUri);
    const message = await indexer.seal(searchQuestion(room.resourceUri));
    // The database hangs at the audit, the last thing before a key leaves, for longer than a lease.
    const held = await realm.database.withClient(async (client) => {
      await client.query('begin');
      await client.query('lock table audit in access exclusive mode');
      const answer = kms.handleBatch({ ...indexer.asker, messages: [message] as never });
      const waits = sql`select 1 from pg_locks l join pg_stat_activity using (pid) where not l.granted
        and datname = current_database()`;
      while ((await realm.database.rows(waits)).length === 0);
      realm.pass(61_000);
      await client.query('commit');
      return answer;
    });
    expect(held).toEqual([]);
    await close();
    indexer.wire = {
      send: (batch) => realm.kms.handleBatch(batch),
      operate: (frame) => realm.kms.handleOperation(frame),
    };
    expect(await searchKeysFor(indexer, room.resourceUri)).toEqual(before);
  });
});

describe('in the database', () => {
  it('a search key is wrapped in its place: moved to another epoch, room or organisation it opens for nobody (byok.md §5)', async () => {
    const { room } = await setting();
    const other = await (await realm.client()).createRoom();
    const indexer = await machine();
    const given = [await searchKeysFor(indexer, room.resourceUri), await searchKeysFor(indexer, other.resourceUri)];
    const text = await realm.database.rows(sql<{ whole: string }>`select s::text as whole from search_key s`);
    expect(await realm.kms.searchKeyCount()).toBe(text.length);
    for (const k of given.flatMap(bytesOf)) {
      expect(JSON.stringify(text)).not.toContain(Buffer.from(k, 'base64url').toString('hex'));
    }
    const mine = sql`resource_uri = ${room.resourceUri}`;
    const moved = [
      [sql`epoch = 7`, sql`epoch = 1`],
      [sql`organisation_id = ${sister}`, sql`organisation_id = ${realm.organisationId}`],
    ] as const;
    for (const [change, back] of moved) {
      await realm.database.execute(sql`update search_key set ${change} where ${mine}`);
      const reader = await machine(change === moved[1]?.[0] ? sister : realm.organisationId);
      expect(await reader.try(searchQuestion(room.resourceUri))).toBeNull();
      await realm.database.execute(sql`update search_key set ${back} where ${mine}`);
    }
    await realm.database.execute(sql`delete from search_key where ${mine}`);
    await realm.database.execute(
      sql`update search_key set resource_uri = ${room.resourceUri} where resource_uri = ${other.resourceUri}`,
    );
    expect(await (await machine()).try(searchQuestion(room.resourceUri))).toBeNull();
  });
});
