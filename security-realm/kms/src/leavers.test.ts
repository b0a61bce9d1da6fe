import { sql } from '@cloister/database';
import { receiptHash } from '@cloister/receipts';
import { leaverOperationId, StatusDirectory } from '@cloister/verify';
import { idOf, type RoomId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kms, Operation } from './index.ts';
import type { TestClient } from './testing/test-client.ts';
import { TestRealm } from './testing/test-realm.ts';

let realm: TestRealm;
beforeAll(async () => {
  realm = await TestRealm.open();
});
afterAll(() => realm.close());

type Room = Parameters<TestClient['add']>[0];

const claimsOf = (receipt: string) => realm.claimsOf(receipt);
const party = ({ id, organisationId }: TestClient['person']) => ({ id, organisationId });
const listed = async (client: TestClient, { resourceUri }: Pick<Room, 'resourceUri'>) =>
  (await client.ask({ method: 'retrieve', uri: `${resourceUri}/authorizations` })).authorizations?.map((a) => a.authId);

/** What the core is told over one connection, a removal after the other, each written down by it. */
const told = async (kms: Kms = realm.kms) => {
  const all: Awaited<ReturnType<Kms['takeRemovals']>> = [];
  for (;;) {
    const some = await kms.takeRemovals({ limit: 50, all: true });
    if (some.length === 0) return all;
    all.push(...some);
    for (const { operationId } of some) await kms.removalRecorded(operationId);
  }
};

/** Rooms of Alice with somebody who is about to leave. */
const rooms = async (count: number) => {
  const [alice, bob] = [await realm.client(), await realm.client()];
  const made: Awaited<ReturnType<TestClient['createRoom']>>[] = [];
  for (let at = 0; at < count; at++) made.push(await alice.createRoom([bob.person.id]));
  return { alice, bob, rooms: made };
};

const oneRoom = async () => {
  const { alice, bob, rooms: made } = await rooms(1);
  const [room] = made;
  if (room === undefined) throw new Error('no room');
  return { alice, bob, room };
};

describe('a person who leaves the organisation (R332, R333)', () => {
  it('is removed from every list, moderated or not, with receipts in the chain that name the administrator', async () => {
    const { alice, bob, rooms: made } = await rooms(3);
    const [moderated] = made;
    if (moderated === undefined) throw new Error('no room');
    const appointed = await alice.appoint(moderated, alice.person.id);
    const untied = { resourceUri: await alice.createResource([bob.person.id]) };
    const admin = realm.person();
    const entry = realm.identity.deactivate(bob.person, admin);
    expect(await realm.kms.removeLeavers()).toBe(4);
    expect(await realm.kms.removeLeavers()).toBe(0);
    for (const place of [...made, untied]) expect(await listed(alice, place)).toEqual([alice.person.id]);
    const removals = await told();
    expect(new Set(removals.map(({ roomId }) => roomId))).toEqual(new Set(made.map(({ roomId }) => roomId)));
    for (const removal of removals) {
      const { roomId, resourceUri, subject, operationId, receipt } = removal;
      expect(subject).toEqual(party(bob.person));
      expect(operationId).toBe(leaverOperationId({ personId: bob.person.id, resourceUri, entry }));
      expect(await claimsOf(receipt)).toMatchObject({
        operation: 'remove',
        status: 200,
        operationId,
        room: roomId,
        resourceUri,
        actor: party(admin),
        subjects: [party(bob.person)],
        keyUris: [],
        leaver: { entry },
      });
    }
    const his = await claimsOf(removals.find(({ roomId }) => roomId === moderated.roomId)?.receipt ?? '');
    expect(his).toMatchObject({ authorizationVersion: 3, previous: await receiptHash(appointed.receipt) });
    const entries = await realm.database.rows(
      sql<{ entry: string }>`select entry from audit where entry like '%removeLeaver%'`,
    );
    const audited = entries
      .map((row) => JSON.parse(row.entry))
      .filter(({ subjectIds }) => subjectIds[0] === bob.person.id);
    expect(audited).toHaveLength(4);
    expect(audited[0]).toMatchObject({ outcome: 'allowed', personId: admin.id, organisationId: realm.organisationId });
  });

  it('left by themself, as far as the feed says, when it names nobody', async () => {
    const { bob } = await rooms(1);
    realm.identity.deactivate(bob.person);
    await realm.kms.removeLeavers();
    const [removal] = await told();
    expect((await claimsOf(removal?.receipt ?? '')).actor).toEqual(party(bob.person));
  });

  it('makes keys that were bound before no good for posting, and gets none that are made after', async () => {
    const { alice, bob, room } = await oneRoom();
    const key = await alice.createKey();
    const bind = { method: 'update', uri: key.uri, resourceUri: room.resourceUri };
    expect(await alice.ask(bind)).toMatchObject({ status: 200 });
    realm.identity.deactivate(bob.person);
    await realm.kms.removeLeavers();
    await told();
    const again = await alice.operate(await alice.frame('addKey', bind, { ...room, keyUri: key.uri }));
    expect(again.response).toMatchObject({ cloister: { code: 'kms/conflict' } });
    realm.identity.reactivate(bob.person);
    expect(await bob.ask({ method: 'retrieve', uri: key.uri })).toMatchObject({ status: 403 });
  });

  it('is removed from the rest after a stop, and from each room once', async () => {
    const { alice, bob, rooms: made } = await rooms(12);
    const entry = realm.identity.deactivate(bob.person);
    const stop = new AbortController();
    const first = await realm.kms.removeLeavers({ made: () => stop.abort(), signal: stop.signal });
    expect(first).toBeLessThan(made.length);
    await realm.restart();
    expect(await realm.kms.removeLeavers()).toBe(made.length - first);
    const removals = await told();
    expect(removals.map(({ operationId }) => operationId).sort()).toEqual(
      made.map(({ resourceUri }) => leaverOperationId({ personId: bob.person.id, resourceUri, entry })).sort(),
    );
    for (const room of made) expect(await listed(alice, room)).toEqual([alice.person.id]);
  });

  it('is removed wholly or not at all: without an audit nothing changes, and the next attempt makes it', async () => {
    const { alice, bob, rooms: made } = await rooms(2);
    realm.identity.deactivate(bob.person);
    await realm.database.execute(sql`alter table audit rename to audit_away`);
    expect(await realm.kms.removeLeavers()).toBe(0);
    expect(await realm.kms.takeRemovals({ limit: 50, all: true })).toEqual([]);
    await realm.database.execute(sql`alter table audit_away rename to audit`);
    for (const room of made) expect(await listed(alice, room)).toHaveLength(2);
    expect(await realm.kms.removeLeavers()).toBe(2);
    expect(await told()).toHaveLength(2);
  });

  it('is removed by several nodes together, each resource by one', async () => {
    const { bob, rooms: made } = await rooms(20);
    const second = await TestRealm.secondNode(realm);
    realm.identity.deactivate(bob.person);
    const counts = await Promise.all([realm.kms.removeLeavers(), second.kms.removeLeavers()]);
    await second.close();
    expect(counts[0] + counts[1]).toBe(made.length);
    expect(await told()).toHaveLength(made.length);
  });

  it('keeps the rest of their rooms when they come back before these are done', async () => {
    const { alice, bob, rooms: made } = await rooms(10);
    realm.identity.deactivate(bob.person);
    const back = () => {
      if (realm.identity.status.person(bob.person.id)?.active === false) realm.identity.reactivate(bob.person);
    };
    const count = await realm.kms.removeLeavers({ made: back });
    expect(count).toBeLessThan(made.length);
    expect(await realm.kms.removeLeavers()).toBe(0);
    const kept = await Promise.all(made.map(async (room) => (await listed(alice, room))?.includes(bob.person.id)));
    expect(kept.filter((isKept) => isKept)).toHaveLength(made.length - count);
    expect(await told()).toHaveLength(count);
    // Leaving once more is another departure.
    realm.identity.deactivate(bob.person);
    expect(await realm.kms.removeLeavers()).toBe(made.length - count);
    await told();
  });

  it('is not removed by a feed too old to decide by', async () => {
    const { bob } = await rooms(1);
    realm.identity.deactivate(bob.person);
    realm.pass(61_000, { feed: false });
    expect(await realm.kms.removeLeavers()).toBe(0);
    realm.identity.refresh();
    expect(await realm.kms.removeLeavers()).toBe(1);
    await told();
  });
});

describe('a node whose feed lags', () => {
  it('removes nobody who came back and was added by what it has not heard', async () => {
    const { alice, bob, room } = await oneRoom();
    realm.identity.deactivate(bob.person);
    const lagging = await TestRealm.secondNode(realm, StatusDirectory.restore(realm.identity.status.snapshot()));
    await realm.kms.removeLeavers();
    await told();
    realm.identity.reactivate(bob.person);
    expect(await alice.add(room, bob.person.id)).toMatchObject({ status: 201 });
    const later = await alice.createRoom([bob.person.id]);
    expect(await lagging.kms.removeLeavers()).toBe(0);
    await lagging.close();
    for (const each of [room, later]) expect(await listed(alice, each)).toHaveLength(2);
  });

  it('adds nobody who left by what it has not heard: it is silent, and the core asks again', async () => {
    const { alice, bob, room } = await oneRoom();
    const lagging = await TestRealm.secondNode(realm, StatusDirectory.restore(realm.identity.status.snapshot()));
    realm.identity.deactivate(bob.person);
    await realm.kms.removeLeavers();
    await told();
    const ask = { method: 'create', uri: '/authorizations', resourceUri: room.resourceUri, userIds: [bob.person.id] };
    const frame = await alice.frame('add', ask, { ...room, subjects: [bob.person.id] });
    expect(await lagging.kms.handleOperation(frame)).toBeNull();
    await lagging.close();
    expect(await alice.operate(frame)).toMatchObject({ status: 403 });
    expect(await listed(alice, room)).toEqual([alice.person.id]);
  });
});

describe('until the core has written a removal (ADR 5)', () => {
  it('one chain of receipts comes of whatever changes the room at once, on several nodes', async () => {
    const alice = await realm.client();
    const leavers = [realm.person(), realm.person(), realm.person()];
    const room = await alice.createRoom(leavers.map(({ id }) => id));
    const second = await TestRealm.secondNode(realm);
    for (const leaver of leavers) realm.identity.deactivate(leaver);
    /** Asks as the core does, until there is an answer. */
    const decided = async (frame: Operation, nodes: readonly Kms[]) => {
      for (let turn = 0; ; turn++) {
        const result = await nodes[turn % nodes.length]?.handleOperation(frame);
        if (result) return result;
      }
    };
    const changes = Array.from({ length: 6 }, async (_, at) => {
      const { id } = realm.person();
      const ask = { method: 'create', uri: '/authorizations', resourceUri: room.resourceUri, userIds: [id] };
      const frame = await alice.frame('add', ask, { ...room, subjects: [id] });
      return decided(frame, at % 2 === 0 ? [realm.kms, second.kms] : [second.kms, realm.kms]);
    });
    let isOver = false;
    const telling = (async () => {
      while (!isOver) await told();
    })();
    await Promise.all([realm.kms.removeLeavers(), second.kms.removeLeavers(), ...changes]);
    isOver = true;
    await telling;
    await told();
    await second.close();
    const rows = await realm.database.rows(sql<{ receipt: string }>`select receipt from operation
      where resource_id = ${idOf(room.resourceUri)} and status < 400`);
    expect(rows).toHaveLength(1 + leavers.length + changes.length);
    const follower = new Map<string | null, { hash: string; version: number }>();
    for (const { receipt } of rows) {
      const { previous, authorizationVersion } = await claimsOf(receipt);
      follower.set(previous, { hash: await receiptHash(receipt), version: authorizationVersion ?? 0 });
    }
    expect(follower.size).toBe(rows.length);
    let last: string | null = null;
    for (let version = 1; version <= rows.length; version++) {
      const next = follower.get(last);
      expect(next?.version).toBe(version);
      last = next?.hash ?? '';
    }
  });

  it('no other change of the room is answered, so that its receipts come in the order of their chain', async () => {
    const { alice, bob, room } = await oneRoom();
    realm.identity.deactivate(bob.person);
    await realm.kms.removeLeavers();
    const dave = realm.person();
    const ask = { method: 'create', uri: '/authorizations', resourceUri: room.resourceUri, userIds: [dave.id] };
    const frame = await alice.frame('add', ask, { ...room, subjects: [dave.id] });
    expect(await realm.kms.handleOperation(frame)).toBeNull();
    expect(await listed(alice, room)).toEqual([alice.person.id]);
    const [removal] = await told();
    const added = await alice.operate(frame);
    expect(added.status).toBe(201);
    expect((await claimsOf(removal?.receipt ?? '')).previous).toBe(await receiptHash(room.receipt));
    expect((await claimsOf(added.receipt)).previous).toBe(await receiptHash(removal?.receipt ?? ''));
  });

  it('a change of the person is refused, since the core takes the removal only after its outcome', async () => {
    const { alice, bob, room } = await oneRoom();
    realm.identity.deactivate(bob.person);
    await realm.kms.removeLeavers();
    realm.identity.reactivate(bob.person);
    for (const refused of [await alice.add(room, bob.person.id), await alice.remove(room, bob.person.id)]) {
      expect(refused).toMatchObject({ status: 409, response: { cloister: { code: 'kms/conflict' } } });
      expect(await claimsOf(refused.receipt)).toMatchObject({ code: 'kms/conflict' });
    }
    expect(await listed(alice, room)).toEqual([alice.person.id]);
    const [removal] = await told();
    const added = await alice.add(room, bob.person.id);
    const [left, back] = [await claimsOf(removal?.receipt ?? ''), await claimsOf(added.receipt)];
    expect(back.authorizationVersion).toBe((left.authorizationVersion ?? 0) + 1);
    expect(await listed(alice, room)).toHaveLength(2);
  });

  it('it is told again after a while and over each new connection, of each room the earliest first', async () => {
    const [alice, bob, carol] = [await realm.client(), await realm.client(), await realm.client()];
    const both = await alice.createRoom([bob.person.id, carol.person.id]);
    const other = await alice.createRoom([carol.person.id]);
    realm.identity.deactivate(bob.person);
    await realm.kms.removeLeavers();
    realm.identity.deactivate(carol.person);
    await realm.kms.removeLeavers();
    const take = async (limit = 50, all = false) =>
      new Map((await realm.kms.takeRemovals({ limit, all })).map((each) => [each.roomId, each.subject.id]));
    const due = new Map<RoomId, string>([
      [both.roomId, bob.person.id],
      [other.roomId, carol.person.id],
    ]);
    expect((await take(1)).size).toBe(1);
    expect((await take()).size).toBe(1);
    expect(await take()).toEqual(new Map());
    expect(await take(50, true)).toEqual(due);
    realm.pass(5_000);
    expect(await take()).toEqual(due);
    await realm.restart();
    const [first] = (await realm.kms.takeRemovals({ limit: 50, all: true })).filter(
      ({ roomId }) => roomId === both.roomId,
    );
    await realm.kms.removalRecorded(first?.operationId ?? '');
    expect(await take()).toEqual(new Map([[both.roomId, carol.person.id]]));
    expect(await told()).toHaveLength(2);
  });

  it('it is counted until the core has written it, with how long the oldest waits', async () => {
    await told();
    expect(await realm.kms.undeliveredRemovals()).toEqual({ count: 0, ageMs: 0 });
    const { bob } = await rooms(3);
    realm.identity.deactivate(bob.person);
    await realm.kms.removeLeavers();
    realm.pass(5_000);
    expect(await realm.kms.undeliveredRemovals()).toEqual({ count: 3, ageMs: 5_000 });
    await told();
    expect(await realm.kms.undeliveredRemovals()).toEqual({ count: 0, ageMs: 0 });
  });

  it('nodes that tell it at once tell different ones', async () => {
    const { bob, rooms: made } = await rooms(8);
    const second = await TestRealm.secondNode(realm);
    realm.identity.deactivate(bob.person);
    await realm.kms.removeLeavers();
    const wanted = { limit: 50, all: false };
    const some = await Promise.all([realm.kms.takeRemovals(wanted), second.kms.takeRemovals(wanted)]);
    await second.close();
    expect(some.flat()).toHaveLength(made.length);
    await told();
  });
});
