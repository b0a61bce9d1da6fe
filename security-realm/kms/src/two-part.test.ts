import { parseReceipt, receiptHash } from '@cloister/receipts';
import { checkReceiptBinding, operationId } from '@cloister/verify';
import { newId, type RoomId, type UserId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from './index.ts';
import type { TestClient } from './testing/test-client.ts';
import { TestRealm } from './testing/test-realm.ts';

let realm: TestRealm;
beforeAll(async () => {
  realm = await TestRealm.open();
});
afterAll(() => realm.close());

const { kmsHost } = TestRealm;

const claimsOf = (receipt: string) => realm.claimsOf(receipt);

const party = ({ person }: TestClient) => ({ id: person.id, organisationId: person.organisationId });
const listed = async (client: TestClient, resourceUri: string) =>
  (await client.ask({ method: 'retrieve', uri: `${resourceUri}/authorizations` })).authorizations?.map(
    ({ authId }) => authId,
  );

describe('the sealed half of a change', () => {
  it('makes a room with its people and keys, and a receipt that the core can bind', async () => {
    const [alice, bob] = [await realm.client(), await realm.client()];
    const key = await alice.createKey();
    const { roomId, resourceUri, receipt, frame } = await alice.createRoom([bob.person.id], [key.uri]);
    const claims = await claimsOf(receipt);
    expect(claims).toMatchObject({ status: 201, authorizationVersion: 1, previous: null, keyUris: [key.uri] });
    checkReceiptBinding(claims, {
      kmsHost,
      operationId: frame.operationId,
      operation: 'create',
      roomId,
      actor: party(alice),
      subjects: [party(alice), party(bob)],
      resourceUri,
      keyUri: key.uri,
    });
    expect((await bob.ask({ method: 'retrieve', uri: key.uri })).key).toMatchObject({ cloister: { roomId } });
  });

  it('adds and removes people; each receipt names the one before', async () => {
    const [alice, bob] = [await realm.client(), await realm.client()];
    const room = await alice.createRoom();
    const added = await alice.add(room, bob.person.id);
    const removed = await bob.remove(room, bob.person.id);
    expect([added.status, removed.status]).toEqual([201, 200]);
    const [first, second] = [await claimsOf(added.receipt), await claimsOf(removed.receipt)];
    expect(first).toMatchObject({ operation: 'add', subjects: [party(bob)], authorizationVersion: 2 });
    expect(first.previous).toBe(await receiptHash(room.receipt));
    expect(second).toMatchObject({ operation: 'remove', subjects: [party(bob)], authorizationVersion: 3 });
    expect(second.previous).toBe(await receiptHash(added.receipt));
    expect(await listed(alice, room.resourceUri)).toEqual([alice.person.id]);
  });

  it('binds a key, as the default or beside it', async () => {
    const alice = await realm.client();
    const room = await alice.createRoom();
    for (const kind of ['updateKey', 'addKey'] as const) {
      const key = await alice.createKey();
      const ask = { method: 'update', uri: key.uri, resourceUri: room.resourceUri };
      const result = await alice.operate(await alice.frame(kind, ask, { ...room, keyUri: key.uri }));
      expect(result.response).toMatchObject({ status: 200, key: { jwk: key.jwk, resourceUri: room.resourceUri } });
      expect(await claimsOf(result.receipt)).toMatchObject({ operation: kind, keyUris: [key.uri], subjects: [] });
    }
  });

  it("is the only way to change a room's people (R320, architecture §5)", async () => {
    const [alice, bob] = [await realm.client(), await realm.client()];
    const { resourceUri } = await alice.createRoom([bob.person.id]);
    const bare = [
      { method: 'create', uri: '/authorizations', resourceUri, userIds: [realm.person().id] },
      { method: 'delete', uri: `${resourceUri}/authorizations?authId=${bob.person.id}` },
    ];
    for (const ask of bare)
      expect(await alice.ask(ask)).toMatchObject({ status: 403, cloister: { code: 'kms/room-mismatch' } });
    const { authorizations } = await alice.ask({ method: 'retrieve', uri: `${resourceUri}/authorizations` });
    expect(await alice.ask({ method: 'delete', uri: authorizations?.[1]?.uri })).toMatchObject({ status: 403 });
    expect(await listed(alice, resourceUri)).toHaveLength(2);
  });
});

describe('a sealed half that does not fit the core’s half is refused, with a receipt, and changes nothing', () => {
  const cases: [string, (room: { roomId: RoomId }, bob: UserId) => Partial<Operation>][] = [
    ['another room', () => ({ roomId: newId<RoomId>() })],
    ['another person', () => ({ subjects: [newId<UserId>()] })],
    ['one person more', (_, bob) => ({ subjects: [bob, newId<UserId>()] })],
    ['nobody', () => ({ subjects: [] })],
    ['another kind', () => ({ kind: 'remove' })],
    ['another resource', () => ({ resourceUri: `kms://${kmsHost}/resources/${newId()}` as Operation['resourceUri'] })],
    ['another device', () => ({ deviceId: newId() })],
  ];
  it.each(cases)('%s (R325)', async (_name, change) => {
    const [alice, bob] = [await realm.client(), await realm.client()];
    const { roomId, resourceUri } = await alice.createRoom();
    const ask = { method: 'create', uri: '/authorizations', resourceUri, userIds: [bob.person.id] };
    const outer = { roomId, resourceUri, subjects: [bob.person.id], ...change({ roomId }, bob.person.id) };
    const frame = await alice.frame('add', ask, outer as Partial<Operation>);
    const result = await alice.operate(frame);
    expect(result).toMatchObject({ status: 403, response: { status: 403, cloister: { code: 'kms/room-mismatch' } } });
    const claims = await claimsOf(result.receipt);
    expect(claims).toMatchObject({
      status: 403,
      operation: frame.kind,
      room: frame.roomId,
      actor: party(alice),
      subjects: [],
    });
    expect(await listed(alice, resourceUri)).toEqual([alice.person.id]);
  });

  it('that names its own room goes with no other, and is no bare message (R320, R325)', async () => {
    const alice = await realm.client();
    const roomId = newId<RoomId>();
    const ask = { method: 'create', uri: '/resources', userIds: [], keyUris: [], cloister: { roomId } };
    const wrong = await alice.operate(await alice.frame('create', ask, { subjects: [alice.person.id] }));
    expect(wrong.status).toBe(403);
    expect(await alice.ask(ask)).toMatchObject({ status: 403, cloister: { code: 'kms/room-mismatch' } });
    const right = await alice.operate(await alice.frame('create', ask, { roomId, subjects: [alice.person.id] }));
    expect(right.status).toBe(201);
  });

  it('for an untied resource, or a room that has another, is refused', async () => {
    const alice = await realm.client();
    const room = await alice.createRoom();
    const resourceUri = await alice.createResource();
    expect((await alice.add({ roomId: room.roomId, resourceUri }, realm.person().id)).status).toBe(403);
    const second = { method: 'create', uri: '/resources', userIds: [], keyUris: [] };
    const again = await alice.operate(
      await alice.frame('create', second, { roomId: room.roomId, subjects: [alice.person.id] }),
    );
    expect(again.status).toBe(409);
  });

  it('of a person without a right, a token or a channel is refused (R325)', async () => {
    const [alice, eve] = [await realm.client(), await realm.client()];
    const room = await alice.createRoom();
    expect((await eve.add(room, eve.person.id)).status).toBe(403);
    const expired = await alice.seal({ method: 'update', uri: '/ping' }, 'none');
    const frame = await alice.frame('add', { method: 'update', uri: '/ping' }, room);
    const sealed = expired as Operation['sealed'];
    const unauthenticated = { ...frame, sealed, operationId: operationId(alice.person.id, sealed) };
    expect(await alice.operate(unauthenticated)).toMatchObject({ status: 401, response: { status: 401 } });
    realm.pass(3600_001);
    const late = await realm.kms.handleOperation(frame);
    expect(late).toMatchObject({ status: 499 });
    expect(late?.reply?.split('.')).toHaveLength(3);
    expect(await claimsOf(late?.receipt ?? '')).toMatchObject({ status: 499 });
  });
});

describe('an operation', () => {
  it('sent again gives the same receipt and result, and is applied once (R328)', async () => {
    const [alice, bob] = [await realm.client(), await realm.client()];
    const room = await alice.createRoom();
    const ask = { method: 'create', uri: '/authorizations', resourceUri: room.resourceUri, userIds: [bob.person.id] };
    const frame = await alice.frame('add', ask, { ...room, subjects: [bob.person.id] });
    const results = await Promise.all([alice.operate(frame), alice.operate(frame), alice.operate(frame)]);
    expect(new Set(results.map(({ receipt }) => receipt)).size).toBe(1);
    expect(new Set(results.map(({ response }) => JSON.stringify(response))).size).toBe(1);
    await realm.restart();
    expect((await alice.operate(frame)).receipt).toBe(results[0]?.receipt);
    expect((await claimsOf(results[0]?.receipt ?? '')).authorizationVersion).toBe(2);
  });

  it('for another room or person than before is refused, and what was done stands', async () => {
    const alice = await realm.client();
    const { frame, receipt } = await alice.createRoom();
    const elsewhere = await alice.operate({ ...frame, roomId: newId<RoomId>() });
    expect(elsewhere).toMatchObject({ status: 403, reply: null });
    expect((await alice.operate(frame)).receipt).toBe(receipt);
  });

  it('whose request was sealed anew gets a receipt of its own, next in the chain', async () => {
    const [alice, bob] = [await realm.client(), await realm.client()];
    const room = await alice.createRoom();
    const ask = {
      requestId: 'the-same',
      method: 'create',
      uri: '/authorizations',
      resourceUri: room.resourceUri,
      userIds: [bob.person.id],
    };
    const outer = { ...room, subjects: [bob.person.id] };
    const first = await alice.operate(await alice.frame('add', ask, outer));
    const second = await alice.operate(await alice.frame('add', ask, outer));
    expect(second.response).toEqual(first.response);
    const claims = await claimsOf(second.receipt);
    expect(claims).toMatchObject({ status: 201, subjects: [party(bob)], authorizationVersion: 2 });
    expect(claims.previous).toBe(await receiptHash(first.receipt));
    expect(claims.operationId).not.toBe(parseReceipt(first.receipt).claims.operationId);
  });

  it('meets what may pass with silence, so that the core asks again', async () => {
    const alice = await realm.client();
    const frame = await alice.frame('create', { method: 'create', uri: '/resources', keyUris: [] }, { subjects: [] });
    realm.pass(61_000, { feed: false });
    expect(await realm.kms.handleOperation(frame)).toBeNull();
    realm.identity.refresh();
    expect(await realm.kms.handleOperation(frame)).toMatchObject({ status: 201 });
  });
});

describe('the status of an operation', () => {
  const statusOf = ({ sealed: _, deviceId: __, subjects: ___, ...frame }: Operation) =>
    realm.kms.handleOperationStatus(frame);

  it('is its outcome, applied or refused', async () => {
    const alice = await realm.client();
    const { frame, receipt } = await alice.createRoom();
    expect(await statusOf(frame)).toEqual({ status: 201, reply: null, receipt });
    const refused = await alice.frame('add', { method: 'update', uri: '/ping' });
    const result = await alice.operate(refused);
    expect(await statusOf(refused)).toEqual({ status: result.status, reply: null, receipt: result.receipt });
  });

  it('of one that is unknown is closed for good: a late copy changes nothing', async () => {
    const alice = await realm.client();
    const ask = { method: 'create', uri: '/resources', userIds: [], keyUris: [] };
    const frame = await alice.frame('create', ask, { subjects: [alice.person.id] });
    const closed = await statusOf(frame);
    expect(closed).toMatchObject({ status: 410, reply: null });
    expect(await claimsOf(closed?.receipt ?? '')).toMatchObject({
      status: 410,
      operation: 'create',
      resourceUri: null,
    });
    expect(await realm.kms.handleOperation(frame)).toEqual(closed);
    expect(await statusOf(frame)).toEqual(closed);
    expect(await alice.ask({ method: 'update', uri: '/ping' })).toMatchObject({ status: 200 });
  });

  it('and a late copy at the same moment agree, whoever comes first', async () => {
    const alice = await realm.client();
    for (let turn = 0; turn < 8; turn++) {
      const ask = { method: 'create', uri: '/resources', userIds: [], keyUris: [] };
      const frame = await alice.frame('create', ask, { subjects: [alice.person.id] });
      const asked =
        turn % 2 === 0
          ? [statusOf(frame), realm.kms.handleOperation(frame)]
          : [realm.kms.handleOperation(frame), statusOf(frame)];
      const [a, b] = await Promise.all(asked);
      expect(a?.receipt).toBe(b?.receipt);
    }
  });
});

describe('a bare message', () => {
  it('asked again under its requestId gives the same result once made (architecture §5)', async () => {
    const alice = await realm.client();
    const ask = { requestId: 'mine', method: 'create', uri: '/keys', count: 2 };
    const first = await alice.ask(ask);
    expect(await alice.ask(ask)).toEqual(first);
    await alice.connect();
    expect(await alice.ask(ask)).toEqual(first);
    await realm.restart();
    expect(await alice.ask(ask)).toEqual(first);
  });

  it('asked at the same time is made once', async () => {
    const alice = await realm.client();
    const message = await alice.seal({ method: 'create', uri: '/keys', count: 1 });
    const all = await Promise.all(Array.from({ length: 6 }, () => alice.sendAll([message])));
    const uris = all.flat().map((response) => response?.keys?.[0]?.uri);
    expect(new Set(uris).size).toBe(1);
    expect(uris[0]).toBeDefined();
  });

  it('that asks for something else under a used requestId is refused', async () => {
    const alice = await realm.client();
    const ask = { requestId: 'mine', method: 'create', uri: '/keys', count: 2 };
    await alice.ask(ask);
    for (const other of [
      { ...ask, count: 3 },
      { ...ask, uri: '/resources', keyUris: [] },
    ]) {
      expect(await alice.ask(other)).toMatchObject({ status: 409, cloister: { code: 'kms/request-reused' } });
    }
  });

  it('of another device or person may use the same requestId', async () => {
    const alice = await realm.client();
    const phone = await realm.client(alice.person);
    const bob = await realm.client();
    const ask = { requestId: 'mine', method: 'create', uri: '/keys', count: 1 };
    const keys = await Promise.all([alice, phone, bob].map(async (client) => (await client.ask(ask)).keys?.[0]?.uri));
    expect(new Set(keys).size).toBe(3);
  });

  it('that was refused is decided anew', async () => {
    const alice = await realm.client();
    const bob = await realm.client();
    const resourceUri = await alice.createResource();
    const key = await bob.createKey();
    const bind = { requestId: 'bind', method: 'update', uri: key.uri, resourceUri };
    expect(await bob.ask(bind)).toMatchObject({ status: 403 });
    await alice.ask({ method: 'create', uri: '/authorizations', resourceUri, userIds: [bob.person.id] });
    expect(await bob.ask(bind)).toMatchObject({ status: 200 });
  });

  it('never counts as the sealed half of a change afterwards', async () => {
    const alice = await realm.client();
    const ask = { method: 'create', uri: '/resources', userIds: [], keyUris: [] };
    const frame = await alice.frame('create', ask, { subjects: [alice.person.id] });
    const [response] = await alice.sendAll([frame.sealed]);
    expect(response).toMatchObject({ status: 201 });
    expect(await alice.operate(frame)).toMatchObject({ status: 403, reply: null });
  });
});
