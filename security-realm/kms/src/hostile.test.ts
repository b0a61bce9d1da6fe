import { newId, type RoomId, type UserId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestRealm } from './testing/test-realm.ts';

let realm: TestRealm;
beforeAll(async () => {
  realm = await TestRealm.open();
});
afterAll(() => realm.close());

const authorize = (resourceUri: string, person: UserId, requestId: string) => ({
  requestId,
  method: 'create',
  uri: '/authorizations',
  resourceUri,
  userIds: [person],
});

describe('a malicious member', () => {
  it('gives a new room no reader whom the core does not see, such as a resource of their own (R333)', async () => {
    const mallory = await realm.client();
    const hidden = await mallory.createResource();
    const key = await mallory.createKey();
    const ask = { method: 'create', uri: '/resources', userIds: [mallory.person.id, hidden], keyUris: [key.uri] };
    const frame = await mallory.frame('create', ask, { roomId: newId<RoomId>(), subjects: [mallory.person.id] });
    expect((await mallory.operate(frame)).response).toMatchObject({
      status: 403,
      cloister: { code: 'kms/room-mismatch' },
    });
    expect((await mallory.ask({ method: 'retrieve', uri: key.uri })).key?.resourceUri).toBeUndefined();
  });

  it('gets no receipt for adding somebody who was removed since, under the requestId of the first time (R282)', async () => {
    const [alice, bob] = [await realm.client(), await realm.client()];
    const room = await alice.createRoom();
    const ask = authorize(room.resourceUri, bob.person.id, 'again');
    const outer = { ...room, subjects: [bob.person.id] };
    expect(await alice.operate(await alice.frame('add', ask, outer))).toMatchObject({ status: 201 });
    await alice.remove(room, bob.person.id);
    const again = await alice.operate(await alice.frame('add', ask, outer));
    expect(again.status).toBeGreaterThanOrEqual(400);
    expect(again.response).toMatchObject({ cloister: { code: 'kms/operation-closed' } });
  });

  it('makes no key live again that somebody could read who has left since (R314, R333)', async () => {
    const [alice, bob] = [await realm.client(), await realm.client()];
    const room = await alice.createRoom([bob.person.id]);
    const key = await alice.createKey();
    const bind = { method: 'update', uri: key.uri, resourceUri: room.resourceUri };
    // Bound by a message of its own, which the core knows nothing of.
    expect(await alice.ask(bind)).toMatchObject({ status: 200 });
    expect(await bob.ask({ method: 'retrieve', uri: key.uri })).toMatchObject({ status: 200 });
    const change = async () => alice.operate(await alice.frame('addKey', bind, { ...room, keyUri: key.uri }));
    expect(await change()).toMatchObject({ status: 200 });
    await alice.remove(room, bob.person.id);
    expect((await change()).response).toMatchObject({ status: 409, cloister: { code: 'kms/conflict' } });
    // Repeating a bare bind changes nothing and stays allowed (kms.md §1.6).
    expect(await alice.ask(bind)).toMatchObject({ status: 200 });
  });
});
