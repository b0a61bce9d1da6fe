import { newId, type OperationFrame, type RoomId } from '@cloister/wire';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sealed } from './testing/sealed.ts';
import { TestClient } from './testing/test-client.ts';
import { TestCore } from './testing/test-core.ts';

let core: TestCore;
beforeAll(async () => {
  core = await TestCore.start();
});
afterAll(() => core.end());
afterEach(() => {
  core.acme.behaviour = 'apply';
});

const operations = () => core.acme.received.filter((frame): frame is OperationFrame => frame.type === 'operation');

/** What the room is, for its members and for the key server. */
const stateOf = async (client: TestClient, { roomId, resource }: { roomId: RoomId; resource: string }) => ({
  people: (await client.room(roomId)).body.participants?.items.map(({ id }) => id),
  log: (await client.history(roomId)).map(({ id }) => id),
  authorized: core.acme.peopleOf(resource),
});

describe('the core’s part of a change of people', () => {
  it('goes to the key server with the room and the authenticated person, the sealed part as it came (R320, R324)', async () => {
    const [alice, bob, carol] = [await core.client(), await core.client(), await core.client()];
    const room = await core.room(alice, [bob]);
    for (const [verb, kind, subject] of [
      ['add', 'add', carol.person.id],
      ['leave', 'remove', carol.person.id],
      ['leave', 'remove', bob.person.id],
    ] as const) {
      const kmsMessage = sealed();
      // Whoever the sender says to be in the body is not who is named to the key server.
      const actor = { objectType: 'person', id: alice.person.id };
      expect((await bob[verb](room.roomId, subject, { kmsMessage, actor })).status).toBe(200);
      expect(operations().at(-1)).toMatchObject({
        kind,
        roomId: room.roomId,
        userId: bob.person.id,
        organisationId: bob.person.organisationId,
        deviceId: bob.deviceId,
        resourceUri: room.resource,
        subjects: [subject],
        sealed: kmsMessage,
      });
    }
    expect(await stateOf(alice, room)).toMatchObject({ people: [alice.person.id], authorized: [alice.person.id] });
  });

  it('without the sealed part is refused: the core alone changes nobody (R320)', async () => {
    const [alice, bob, carol] = [await core.client(), await core.client(), await core.client()];
    const room = await core.room(alice, [bob]);
    const [before, asked] = [await stateOf(alice, room), operations().length];
    for (const change of [
      alice.add(room.roomId, carol.person.id, { kmsMessage: undefined }),
      alice.leave(room.roomId, bob.person.id, { kmsMessage: undefined }),
    ]) {
      const { status, body } = await change;
      expect([status, (body as { code?: string }).code]).toEqual([400, 'core/sealed-part-required']);
    }
    expect(await stateOf(alice, room)).toEqual(before);
    expect(operations()).toHaveLength(asked);
  });

  it('is nothing without the right to the room: the key server is not even asked (R324)', async () => {
    const [alice, bob, eve] = [await core.client(), await core.client(), await core.client()];
    const room = await core.room(alice, [bob]);
    const [before, asked] = [await stateOf(alice, room), operations().length];
    expect((await eve.add(room.roomId, eve.person.id)).status).toBe(404);
    expect((await eve.leave(room.roomId, bob.person.id)).status).toBe(404);
    expect((await alice.add(newId<RoomId>(), eve.person.id)).status).toBe(404);
    expect(await stateOf(alice, room)).toEqual(before);
    expect(operations()).toHaveLength(asked);
  });

  it('needs an OAuth bearer token that identity issued for the core (R322, R323, R324)', async () => {
    const [alice, bob] = [await core.client(), await core.client()];
    const room = await core.room(alice, [bob]);
    const { id: sub, organisationId: realm, sid, token } = alice.person;
    const [before, asked] = [await stateOf(alice, room), operations().length];
    const body = {
      objectType: 'activity',
      verb: 'leave',
      object: { objectType: 'person', id: bob.person.id },
      kmsMessage: sealed(),
    };
    const authorizations = {
      none: {},
      'another scheme': { authorization: `DPoP ${token}` },
      'no scheme': { authorization: token },
      'a password': { authorization: `Basic ${Buffer.from('alice:secret').toString('base64')}` },
      'a token for the key server': { authorization: `Bearer ${core.identity.token({ sub, realm, sid, aud: 'kms' })}` },
      'a token that ended': { authorization: `Bearer ${core.identity.token({ sub, realm, sid, life: -1 })}` },
      'one bit off': { authorization: `Bearer ${token.slice(0, -4)}AAAA` },
    };
    for (const [name, headers] of Object.entries(authorizations)) {
      const path = `/conversation/api/v1/conversations/${room.roomId}/activities`;
      const { status } = await alice.ask(path, { method: 'POST', body, headers, bearer: null });
      expect([name, status]).toEqual([name, 401]);
    }
    expect(await stateOf(alice, room)).toEqual(before);
    expect(operations()).toHaveLength(asked);
  });
});

describe('a change that the key server has not decided', () => {
  it('shows in the metrics while it waits, and how long it has', async () => {
    const [alice, bob] = [await core.client(), await core.client()];
    const room = await core.room(alice);
    const gauge = async (name: string) => {
      const { bytes } = await new TestClient(core.config.health.socket, alice.person).ask('/metrics');
      return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(bytes.toString())?.[1]);
    };
    core.acme.behaviour = 'silent';
    const waiting = alice.add(room.roomId, bob.person.id);
    while ((await gauge('cloister_core_pending_changes')) !== 1);
    while (!((await gauge('cloister_core_oldest_pending_change_seconds')) > 0));
    core.acme.behaviour = 'apply';
    core.acme.disconnect();
    await core.acme.connect(core.socket);
    expect((await waiting).status).toBe(200);
    while ((await gauge('cloister_core_pending_changes')) !== 0);
    expect(await gauge('cloister_core_open_work')).toBe(0);
  });
});

describe('the key server’s refusal', () => {
  it('leaves the core’s half as it was (R325)', async () => {
    const [alice, bob, carol] = [await core.client(), await core.client(), await core.client()];
    const room = await core.room(alice, [bob]);
    const before = await stateOf(alice, room);
    core.acme.behaviour = 'refuse';
    expect((await alice.add(room.roomId, carol.person.id)).status).toBe(400);
    expect((await alice.leave(room.roomId, bob.person.id)).status).toBe(400);
    expect(await stateOf(alice, room)).toEqual(before);
    expect((await carol.room(room.roomId)).status).toBe(404);
    expect((await bob.history(room.roomId)).length).toBe(before.log.length);
  });
});
