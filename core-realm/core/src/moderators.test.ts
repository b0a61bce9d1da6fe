import type { RoomId } from '@cloister/wire';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sealed } from './testing/sealed.ts';
import type { TestClient } from './testing/test-client.ts';
import { TestCore } from './testing/test-core.ts';

let core: TestCore;
beforeAll(async () => {
  core = await TestCore.start();
});
afterAll(() => core.end());
afterEach(() => {
  core.acme.behaviour = 'apply';
});

/** A room of Alice, Bob and Carol; Dave is not in it. */
const room = async () => {
  const people = await Promise.all([core.client(), core.client(), core.client(), core.client()]);
  const [alice, bob, carol, dave] = people as [TestClient, TestClient, TestClient, TestClient];
  return { alice, bob, carol, dave, ...(await core.room(alice, [bob, carol], { tags: ['LOCKED', 'MUTED'] })) };
};

/** The same, moderated by Alice. */
const moderatedRoom = async () => {
  const made = await room();
  expect((await made.alice.appoint(made.roomId, made.alice.person.id)).status).toBe(200);
  return made;
};

const refusedWith = async (answer: Promise<{ status: number; body: object }>) => {
  const { status, body } = await answer;
  return [status, (body as { code?: string }).code];
};

const moderatorsOnly = [403, 'core/moderators-only'];

describe('a room without moderators (R447)', () => {
  it('is open: anybody in it changes its people and title, and it is not called locked, whatever its creator said', async () => {
    const { bob, dave, roomId, key } = await room();
    expect((await bob.add(roomId, dave.person.id)).status).toBe(200);
    expect((await bob.rename(roomId, key)).status).toBe(200);
    const { body } = await bob.room(roomId);
    expect(body.tags).toEqual(['MUTED']);
    expect(body.participants?.items.some((person) => 'roomProperties' in person)).toBe(false);
  });

  it('has its first moderator appointed by anybody in it, both halves, with the receipt in the log and an event', async () => {
    const { alice, bob, carol, roomId, resource } = await room();
    const events = await carol.connect();
    const { status, body } = await bob.appoint(roomId, alice.person.id);
    expect([status, body.verb, body.actor.id, body.object?.id]).toEqual([
      200,
      'assignModerator',
      bob.person.id,
      alice.person.id,
    ]);
    expect(body.kmsMessage).toBeDefined();
    expect(core.acme.moderatorsOf(resource)).toEqual([alice.person.id]);
    await events.until(() => events.activities.length === 1);
    expect(events.activities[0]).toMatchObject({ id: body.id, verb: 'assignModerator' });
    expect((await carol.history(roomId)).at(-1)?.receipt).toBeDefined();
    const { body: seen } = await carol.room(roomId);
    expect(seen.tags).toEqual(['MUTED', 'LOCKED']);
    expect(seen.participants?.items.map(({ id, roomProperties }) => [id, roomProperties?.isModerator])).toEqual([
      [alice.person.id, true],
      [bob.person.id, false],
      [carol.person.id, false],
    ]);
  });
});

describe('a moderated room (R447)', () => {
  it('keeps its people, moderators and title to its moderators, and tells the key server of no other change', async () => {
    const { bob, carol, dave, alice, roomId, resource, key } = await moderatedRoom();
    const asked = core.acme.received.length;
    expect(await refusedWith(bob.add(roomId, dave.person.id))).toEqual(moderatorsOnly);
    expect(await refusedWith(bob.leave(roomId, carol.person.id))).toEqual(moderatorsOnly);
    expect(await refusedWith(bob.appoint(roomId, bob.person.id))).toEqual(moderatorsOnly);
    expect(await refusedWith(bob.dismiss(roomId, alice.person.id))).toEqual(moderatorsOnly);
    expect(await refusedWith(bob.rename(roomId, key))).toEqual(moderatorsOnly);
    expect(core.acme.received).toHaveLength(asked);
    expect((await alice.history(roomId)).map(({ verb }) => verb)).toEqual(['create', 'add', 'add', 'assignModerator']);
    expect(core.acme.peopleOf(resource)).toHaveLength(3);
    expect((await alice.rename(roomId, key)).status).toBe(200);
    expect((await alice.add(roomId, dave.person.id)).status).toBe(200);
    expect((await alice.leave(roomId, dave.person.id)).status).toBe(200);
  });

  it('lets everybody leave, write and rotate keys', async () => {
    const { bob, carol, roomId } = await moderatedRoom();
    const fresh = core.acme.newKey();
    expect((await bob.leave(roomId, bob.person.id)).status).toBe(200);
    expect((await carol.updateKey(roomId, fresh)).status).toBe(200);
    expect((await carol.post(roomId, fresh)).status).toBe(200);
  });

  it('is open again when its last moderator is dismissed, leaves or is removed', async () => {
    for (const end of ['dismiss', 'leave'] as const) {
      const { alice, bob, dave, roomId, resource } = await moderatedRoom();
      expect((await alice[end](roomId, alice.person.id)).status).toBe(200);
      expect(core.acme.moderatorsOf(resource)).toEqual([]);
      const { body } = await bob.room(roomId);
      expect(body.tags).not.toContain('LOCKED');
      expect((await bob.add(roomId, dave.person.id)).status).toBe(200);
    }
  });

  it('forgets that somebody was a moderator when they come back', async () => {
    const { alice, bob, roomId } = await moderatedRoom();
    expect((await alice.appoint(roomId, bob.person.id)).status).toBe(200);
    expect((await alice.leave(roomId, bob.person.id)).status).toBe(200);
    expect((await alice.add(roomId, bob.person.id)).status).toBe(200);
    expect(await refusedWith(bob.appoint(roomId, bob.person.id))).toEqual(moderatorsOnly);
  });

  it('has members for moderators: nobody else is appointed, and nobody twice', async () => {
    const { alice, bob, dave, roomId } = await moderatedRoom();
    expect(await refusedWith(alice.appoint(roomId, dave.person.id))).toEqual([409, 'core/conflict']);
    expect(await refusedWith(alice.appoint(roomId, alice.person.id))).toEqual([409, 'core/conflict']);
    expect(await refusedWith(alice.dismiss(roomId, bob.person.id))).toEqual([409, 'core/conflict']);
  });

  it("refuses a published client's moderator change, which carries no sealed half, with a sentence", async () => {
    const { alice, bob, roomId } = await moderatedRoom();
    for (const change of [alice.appoint, alice.dismiss]) {
      const { status, body } = await change.call(alice, roomId, bob.person.id, { kmsMessage: undefined });
      expect([status, (body as { code?: string }).code]).toEqual([400, 'core/sealed-part-required']);
      expect((body as { message?: string }).message).toMatch(/sealed part.*\bclient/);
    }
    expect(await alice.changes(roomId, '?limit=1')).toMatchObject([{ kind: 'appoint', subjects: [alice.person.id] }]);
  });

  it('stays as it was when the key server refuses', async () => {
    const { alice, bob, roomId } = await moderatedRoom();
    core.acme.behaviour = 'refuse';
    expect(await refusedWith(alice.appoint(roomId, bob.person.id))).toEqual([400, 'core/kms-refused']);
    expect(await refusedWith(alice.dismiss(roomId, alice.person.id))).toEqual([400, 'core/kms-refused']);
    const { body } = await bob.room(roomId);
    expect(body.participants?.items.filter(({ roomProperties }) => roomProperties?.isModerator)).toHaveLength(1);
    expect((await alice.history(roomId)).at(-1)?.verb).toBe('assignModerator');
  });
});

describe('a conversation of two', () => {
  it('has no moderators', async () => {
    const [alice, bob] = [await core.client(), await core.client()];
    const { body } = await alice.create(core.acme.newKey(), [bob.person.id], { tags: ['ONE_ON_ONE'] });
    const roomId = body.id as RoomId;
    expect(await refusedWith(alice.appoint(roomId, alice.person.id))).toEqual([403, 'core/forbidden']);
    expect(await refusedWith(alice.dismiss(roomId, alice.person.id))).toEqual([403, 'core/forbidden']);
  });
});

describe('the changes of a room', () => {
  it('are listed for its members, newest first, with why one was refused (R326)', async () => {
    const { alice, bob, carol, dave, roomId } = await moderatedRoom();
    core.acme.behaviour = 'refuse';
    await alice.add(roomId, dave.person.id);
    core.acme.behaviour = 'apply';
    await alice.leave(roomId, carol.person.id);
    core.acme.behaviour = 'silent';
    const waiting = alice.appoint(roomId, bob.person.id).catch(() => undefined);
    await core.acme.until(({ type, ...frame }) => type === 'operation' && 'kind' in frame && frame.kind === 'appoint');
    while ((await bob.room(roomId)).body.pending?.length === 0);
    const changes = await bob.changes(roomId);
    const actor = alice.person.id;
    expect(changes).toMatchObject([
      { kind: 'appoint', state: 'pending', actor, subjects: [bob.person.id] },
      { kind: 'remove', state: 'applied', actor, subjects: [carol.person.id], status: 200 },
      { kind: 'add', state: 'refused', actor, subjects: [dave.person.id], status: 403, code: 'kms/not-authorized' },
      { kind: 'appoint', state: 'applied', actor, subjects: [actor] },
      { kind: 'create', state: 'applied', actor },
    ]);
    expect(changes[0]).not.toHaveProperty('code');
    expect(await bob.changes(roomId, '?limit=2')).toEqual(changes.slice(0, 2));
    const path = `/conversation/api/v1/conversations/${roomId}/changes`;
    expect((await dave.ask(path)).status).toBe(404);
    expect((await carol.ask(path)).status).toBe(404);
    expect((await bob.ask(`${path}?limit=x`)).status).toBe(400);
    core.acme.behaviour = 'apply';
    core.acme.disconnect();
    await core.acme.connect(core.socket);
    await waiting;
    expect((await bob.changes(roomId, '?limit=1'))[0]).toMatchObject({ kind: 'appoint', state: 'applied' });
  });
});

describe('the sealed half of one change', () => {
  it('beside the outer half of another changes nothing, whichever came first (R325, R328)', async () => {
    const { alice, bob, carol, roomId, resource } = await moderatedRoom();
    const { roomId: other } = await room();
    const verbs = ['add', 'leave', 'appoint', 'dismiss'] as const;
    const people = core.acme.peopleOf(resource);
    const before = (await alice.history(roomId)).length;
    for (const first of verbs) {
      // A member leaves and is appointed, a moderator is dismissed, a stranger is added.
      const stranger = core.identity.person(core.acme.organisationId);
      await core.identity.settled();
      const subject = { add: stranger.id, leave: bob.person.id, appoint: bob.person.id, dismiss: alice.person.id }[
        first
      ];
      const kmsMessage = sealed();
      core.acme.behaviour = 'refuse';
      expect(await refusedWith(alice[first](roomId, subject, { kmsMessage }))).toEqual([400, 'core/kms-refused']);
      core.acme.behaviour = 'apply';
      const asked = core.acme.received.length;
      for (const second of verbs.filter((verb) => verb !== first)) {
        expect(await refusedWith(alice[second](roomId, subject, { kmsMessage }))).toEqual([409, 'core/conflict']);
      }
      // The same change of another person, and of another room.
      expect(await refusedWith(alice[first](roomId, carol.person.id, { kmsMessage }))).toEqual([409, 'core/conflict']);
      expect(await refusedWith(alice[first](other, subject, { kmsMessage }))).toEqual([409, 'core/conflict']);
      // And the very same once more: refused is refused for good.
      expect(await refusedWith(alice[first](roomId, subject, { kmsMessage }))).toEqual([400, 'core/kms-refused']);
      expect(core.acme.received).toHaveLength(asked);
    }
    expect(core.acme.peopleOf(resource)).toEqual(people);
    expect(await alice.history(roomId)).toHaveLength(before);
  });

  it('that was applied, replayed by anybody at any later time, changes nothing (R328)', async () => {
    const { alice, bob, dave, roomId, resource } = await moderatedRoom();
    const halves = { add: sealed(), appoint: sealed(), dismiss: sealed(), leave: sealed() };
    const steps = ['add', 'appoint', 'dismiss', 'leave'] as const;
    for (const step of steps) {
      const { status } = await alice[step](roomId, dave.person.id, { kmsMessage: halves[step] });
      expect([step, status]).toEqual([step, 200]);
    }
    const log = await alice.history(roomId);
    const asked = core.acme.received.length;
    for (const step of steps) {
      const again = await alice[step](roomId, dave.person.id, { kmsMessage: halves[step] });
      expect([again.status, log.some(({ id }) => id === again.body.id)]).toEqual([200, true]);
      const stranger = await dave[step](roomId, dave.person.id, { kmsMessage: halves[step] });
      expect(stranger.status).toBe(404);
      expect(await refusedWith(bob[step](roomId, dave.person.id, { kmsMessage: halves[step] }))).toEqual(
        moderatorsOnly,
      );
    }
    expect(await alice.history(roomId)).toEqual(log);
    expect(core.acme.received).toHaveLength(asked);
    expect(core.acme.peopleOf(resource)).toHaveLength(3);
  });
});

describe('a receipt that proves nothing', () => {
  it.each(['unsigned', 'wrong-subject'] as const)('(%s) appoints and dismisses nobody', async (behaviour) => {
    const { alice, bob, roomId } = await moderatedRoom();
    core.acme.behaviour = behaviour;
    const answer = alice.appoint(roomId, bob.person.id);
    await core.acme.until((frame) => frame.type === 'operation' && frame.subjects.includes(bob.person.id));
    expect((await answer).status).toBeGreaterThanOrEqual(400);
    const { body } = await bob.room(roomId);
    expect(body.participants?.items.filter(({ roomProperties }) => roomProperties?.isModerator)).toHaveLength(1);
    expect((await alice.history(roomId)).map(({ verb }) => verb)).toEqual(['create', 'add', 'add', 'assignModerator']);
  });
});
