import { type Activity, type KeyUri, newId, type OrganisationId, type RoomId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealed } from './testing/sealed.ts';
import type { TestClient } from './testing/test-client.ts';
import { TestCore } from './testing/test-core.ts';

let core: TestCore;
beforeAll(async () => {
  core = await TestCore.start();
});
afterAll(() => core.end());

const people = (count: number): Promise<TestClient[]> =>
  Promise.all(Array.from({ length: count }, () => core.client()));

/** A room of some people, the first of whom made it. */
const roomOf = async (count: number) => {
  const clients = await people(count);
  const [creator, ...others] = clients as [TestClient, ...TestClient[]];
  return { clients, ...(await core.room(creator, others)) };
};

const verbs = (activities: readonly Activity[]) => activities.map(({ verb, position }) => [position, verb]);

describe('creating a room', () => {
  it('makes a room of everybody named and tells each, with the receipt beside the entries (R286, R330, R331)', async () => {
    const [alice, bob] = (await people(2)) as [TestClient, TestClient];
    const events = await bob.connect();
    const key = core.acme.newKey();
    const { status, body } = await alice.create(key, [bob.person.id]);
    expect(status).toBe(201);
    expect(body.participants?.items.map(({ id }) => id).sort()).toEqual([alice.person.id, bob.person.id].sort());
    expect(body).toMatchObject({ head: 2, defaultActivityEncryptionKeyUrl: key, readPosition: 0, pending: [] });
    expect(body.liveKeys).toEqual([{ uri: key, stale: false, shared: true, deviceId: alice.deviceId }]);
    expect(body.kmsMessage).toBeTypeOf('string');
    await events.until(() => events.activities.length === 2);
    expect(verbs(events.activities)).toEqual([
      [1, 'create'],
      [2, 'add'],
    ]);
    expect(events.activities.every(({ receipt, actor }) => receipt !== undefined && actor.id === alice.person.id)).toBe(
      true,
    );
    expect(core.acme.peopleOf(String(body.kmsResourceObjectUrl))).toEqual([alice.person.id, bob.person.id].sort());
  });

  it('takes the room id our client chose, and answers a second request for it with the room', async () => {
    const [alice] = (await people(1)) as [TestClient];
    const roomId = newId<RoomId>();
    const key = core.acme.newKey();
    const first = await alice.create(key, [], { cloister: { roomId } });
    const again = await alice.create(key, [], { cloister: { roomId } });
    expect([first.status, first.body.id, again.status, again.body.id]).toEqual([201, roomId, 200, roomId]);
    const [stranger] = (await people(1)) as [TestClient];
    expect((await stranger.create(core.acme.newKey(), [], { cloister: { roomId } })).status).toBe(409);
  });

  it('echoes with the creation what our client says beside the room id (R285)', async () => {
    const [alice] = (await people(1)) as [TestClient];
    const roomId = newId<RoomId>();
    const { body } = await alice.create(core.acme.newKey(), [], { cloister: { roomId, people: 'sealed' } });
    const [created] = (body as { activities: { items: Activity[] } }).activities.items;
    expect(created).toMatchObject({ verb: 'create', cloister: { people: 'sealed' } });
    expect(created?.cloister).not.toHaveProperty('roomId');
  });

  it('finds the room of a byte-identical retry, and refuses the same sealed part beside another change', async () => {
    const [alice, bob] = (await people(2)) as [TestClient, TestClient];
    const key = core.acme.newKey();
    const kmsMessage = sealed();
    const first = await alice.create(key, [bob.person.id], { kmsMessage });
    const again = await alice.create(key, [bob.person.id], { kmsMessage });
    expect([again.status, again.body.id, again.body.kmsMessage]).toEqual([200, first.body.id, first.body.kmsMessage]);
    expect((await alice.create(key, [], { kmsMessage })).status).toBe(409);
  });

  it('keeps first messages, and refuses a create whose title key the receipt does not name', async () => {
    const [alice] = (await people(1)) as [TestClient];
    const key = core.acme.newKey();
    const post = { verb: 'post', encryptionKeyUrl: key, object: { objectType: 'comment', displayName: sealed() } };
    const { body } = await alice.create(key, [], { activities: { items: [{ verb: 'create' }, post] } });
    expect(verbs(body.activities?.items ?? [])).toEqual([
      [1, 'create'],
      [2, 'post'],
    ]);
    const unbound = await alice.create(key, [], { encryptionKeyUrl: core.acme.newKey() });
    expect([unbound.status, unbound.body.code]).toEqual([409, 'core/operation-refused']);
  });

  it('refuses people whose organisation has no key server with a sentence, and people nobody knows', async () => {
    const [alice] = (await people(1)) as [TestClient];
    const stranger = core.identity.person(newId<OrganisationId>());
    const inactive = core.identity.person(core.acme.organisationId, { active: false });
    await core.identity.settled();
    const other = await alice.create(core.acme.newKey(), [stranger.id]);
    expect([other.status, other.body.errorCode]).toEqual([403, 1403001]);
    expect(other.body.message).toMatch(/no key server/);
    expect((await alice.create(core.acme.newKey(), [inactive.id])).status).toBe(404);
    expect((await alice.create(core.acme.newKey(), [newId()])).status).toBe(404);
    expect((await alice.create(core.globex.newKey(), [])).body.errorCode).toBe(1400049);
  });

  it('passes on the sealed refusal of the key server, and makes no room (kms.md §1.7)', async () => {
    const [alice] = (await people(1)) as [TestClient];
    core.acme.behaviour = 'refuse';
    const roomId = newId<RoomId>();
    const { status, body } = await alice.create(core.acme.newKey(), [], { cloister: { roomId } });
    core.acme.behaviour = 'apply';
    expect([status, body.errorCode]).toEqual([400, 1900000]);
    expect(body.errors).toEqual([{ description: body.message }]);
    expect((await alice.room(roomId)).status).toBe(404);
  });
});

describe('a conversation of two', () => {
  it('exists once for each pair, whoever asks', async () => {
    const [alice, bob] = (await people(2)) as [TestClient, TestClient];
    const probe = `/conversation/api/v1/conversations/user/${bob.person.id}`;
    expect((await alice.ask(probe)).status).toBe(404);
    const made = await alice.create(core.acme.newKey(), [bob.person.id], { tags: ['ONE_ON_ONE'] });
    const found = await bob.ask(`/conversation/api/v1/conversations/user/${alice.person.id}`);
    expect(found.body.id).toBe(made.body.id);
    const again = await bob.create(core.acme.newKey(), [alice.person.id], { tags: ['ONE_ON_ONE'] });
    expect([again.status, again.body.id]).toEqual([200, made.body.id]);
    const [carol] = (await people(1)) as [TestClient];
    expect((await alice.add(made.body.id, carol.person.id)).status).toBe(403);
    expect((await alice.leave(made.body.id, alice.person.id)).status).toBe(403);
    expect(
      (await alice.create(core.acme.newKey(), [bob.person.id, carol.person.id], { tags: ['ONE_ON_ONE'] })).status,
    ).toBe(400);
  });

  it('is made once when both create it at the same moment', async () => {
    const [alice, bob] = (await people(2)) as [TestClient, TestClient];
    const tags = ['ONE_ON_ONE'];
    const answers = await Promise.all([
      alice.create(core.acme.newKey(), [bob.person.id], { tags }),
      bob.create(core.acme.newKey(), [alice.person.id], { tags }),
    ]);
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(1);
    expect((await alice.ask(`/conversation/api/v1/conversations/user/${bob.person.id}`)).body.id).toBe(
      made[0]?.body.id,
    );
  });
});

describe('strangers', () => {
  it('get 404 for everything of a room, as for a room that is not there (R286)', async () => {
    const { roomId, key } = await roomOf(2);
    const [mallory] = (await people(1)) as [TestClient];
    const activity = { objectType: 'activity', id: newId() };
    for (const id of [roomId, newId<RoomId>()]) {
      expect((await mallory.room(id)).status).toBe(404);
      expect((await mallory.ask(`/conversation/api/v1/conversations/${id}/activities`)).status).toBe(404);
      expect((await mallory.ask(`/conversation/api/v1/conversations/${id}/space`, { method: 'PUT' })).status).toBe(404);
      expect((await mallory.post(id, key)).status).toBe(404);
      expect((await mallory.add(id, mallory.person.id)).status).toBe(404);
      expect((await mallory.leave(id, mallory.person.id)).status).toBe(404);
      expect((await mallory.updateKey(id, core.acme.newKey())).status).toBe(404);
      expect(
        (
          await mallory.write(id, {
            verb: 'update',
            object: { objectType: 'conversation', displayName: sealed() },
            encryptionKeyUrl: key,
          })
        ).status,
      ).toBe(404);
      expect((await mallory.write(id, { verb: 'delete', object: activity })).status).toBe(404);
      expect((await mallory.write(id, { verb: 'acknowledge', object: activity })).status).toBe(404);
    }
    expect(
      core.acme.received.filter((frame) => frame.type === 'operation' && frame.userId === mallory.person.id),
    ).toEqual([]);
  });
});

describe('posting', () => {
  it('gives each entry the next position, and members alone hear of it (R286)', async () => {
    const { clients, key, roomId } = await roomOf(3);
    const [stranger] = (await people(1)) as [TestClient];
    const [a, b, c] = clients as [TestClient, TestClient, TestClient];
    const [heard, unheard] = [await c.connect(), await stranger.connect()];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? a : b).post(roomId, key)),
    );
    const positions = answers.map(({ body }) => body.position ?? 0).sort((x, y) => x - y);
    expect(positions).toEqual(Array.from({ length: 40 }, (_, index) => index + 4));
    await heard.until(() => heard.activities.length === 40);
    expect(heard.activities.map(({ position }) => position)).toEqual(positions);
    expect(heard.heard.map(({ sequenceNumber }) => sequenceNumber)).toEqual(
      Array.from({ length: 41 }, (_, index) => index + 1),
    );
    expect(unheard.activities).toEqual([]);
    expect((await a.history(roomId)).map(({ position }) => position)).toEqual(
      Array.from({ length: 43 }, (_, index) => index + 1),
    );
  });

  it('answers a repeated clientTempId with the stored activity, also at the same moment', async () => {
    const { clients, key, roomId } = await roomOf(1);
    const [alice] = clients as [TestClient];
    const clientTempId = newId();
    const answers = await Promise.all([1, 2, 3].map(() => alice.post(roomId, key, { clientTempId })));
    const later = await alice.post(roomId, key, { clientTempId });
    expect(new Set([...answers, later].map(({ body }) => body.id)).size).toBe(1);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect((await alice.history(roomId)).filter(({ verb }) => verb === 'post')).toHaveLength(1);
  });

  it('echoes what is for clients alone, and takes nothing unsealed (R285)', async () => {
    const { clients, key, roomId } = await roomOf(1);
    const [alice] = clients as [TestClient];
    const { body } = await alice.post(roomId, key, { cloister: { head: 4 }, children: ['x'] });
    const [, stored] = await alice.history(roomId);
    expect(stored).toMatchObject({ id: body.id, cloister: { head: 4 }, children: ['x'], encryptionKeyUrl: key });
    const plain = await alice.post(roomId, key, { object: { objectType: 'comment', displayName: 'hello' } });
    expect([plain.status, plain.body.code]).toEqual([400, 'wire/invalid-message']);
    expect((await alice.write(roomId, { verb: 'post', object: { objectType: 'comment' } })).status).toBe(400);
    expect((await alice.write(roomId, { verb: 'dance', object: {} })).body.code).toBe('wire/unsupported-verb');
  });

  it('lets authors edit and delete their own messages, and nulls deleted ciphertext', async () => {
    const { clients, key, roomId } = await roomOf(2);
    const [alice, bob] = clients as [TestClient, TestClient];
    const { body: message } = await alice.post(roomId, key);
    const edit = { parent: { id: message.id, type: 'edit' } };
    expect((await bob.post(roomId, key, edit)).status).toBe(403);
    const edited = await alice.post(roomId, key, edit);
    expect([edited.status, edited.body.parent]).toEqual([200, edit.parent]);
    const deletion = { verb: 'delete', object: { objectType: 'activity', id: message.id } };
    expect((await bob.write(roomId, deletion)).status).toBe(403);
    const deleted = await alice.write(roomId, { ...deletion, clientTempId: 'once' });
    const again = await alice.write(roomId, { ...deletion, clientTempId: 'once' });
    expect([deleted.status, again.body.id]).toEqual([200, deleted.body.id]);
    const log = await bob.history(roomId);
    for (const id of [message.id, edited.body.id]) {
      expect(log.find((entry) => entry.id === id)?.object).toEqual({
        objectType: 'comment',
        displayName: null,
        content: null,
      });
    }
    expect((await alice.post(roomId, key, edit)).status).toBe(404);
    expect(
      (await alice.write(roomId, { verb: 'delete', object: { objectType: 'activity', id: log[0]?.id } })).status,
    ).toBe(403);
  });

  it('takes shares where the published client posts them, and serves single entries', async () => {
    const { clients, key, roomId } = await roomOf(2);
    const [alice, bob] = clients as [TestClient, TestClient];
    const file = {
      objectType: 'file',
      displayName: sealed(),
      mimeType: 'text/plain',
      fileSize: 3,
      url: 'http://localhost:8443/f',
      scr: sealed(),
    };
    const object = { objectType: 'content', contentCategory: 'documents', files: { items: [file] } };
    const shared = await alice.ask(`/conversation/api/v1/conversations/${roomId}/content?transcode=true&async=false`, {
      method: 'POST',
      body: { verb: 'share', object, encryptionKeyUrl: key, clientTempId: newId() },
    });
    expect([shared.status, shared.body.object]).toEqual([200, object]);
    const one = await bob.ask(String(shared.body.url));
    expect([one.status, one.body.object]).toEqual([200, object]);
    await alice.write(roomId, { verb: 'delete', object: { objectType: 'activity', id: shared.body.id } });
    expect((await bob.ask(String(shared.body.url))).body.object).toEqual({
      objectType: 'content',
      displayName: null,
      content: null,
      files: { items: [] },
    });
  });

  it('renames with a sealed title under a live key', async () => {
    const { clients, key, roomId } = await roomOf(2);
    const [alice, bob] = clients as [TestClient, TestClient];
    const displayName = sealed();
    const object = { objectType: 'conversation', displayName, encryptionKeyUrl: key };
    expect((await bob.write(roomId, { verb: 'update', object })).status).toBe(200);
    expect((await alice.room(roomId)).body).toMatchObject({ displayName, encryptionKeyUrl: key });
    const unknown = await bob.write(roomId, {
      verb: 'update',
      object: { ...object, encryptionKeyUrl: core.acme.newKey() },
    });
    expect(unknown.body.errorCode).toBe(1400049);
  });

  it("moves a read marker forward only, and tells only the reader's own devices", async () => {
    const { clients, key, roomId } = await roomOf(2);
    const [alice, bob] = clients as [TestClient, TestClient];
    const [own, others] = [await bob.connect(), await alice.connect()];
    const { body: first } = await alice.post(roomId, key);
    const { body: second } = await alice.post(roomId, key);
    const read = (id: string) => bob.write(roomId, { verb: 'acknowledge', object: { objectType: 'activity', id } });
    expect((await read(second.id)).status).toBe(200);
    expect((await read(first.id)).body.readPosition).toBe(second.position);
    expect((await bob.room(roomId)).body).toMatchObject({ readPosition: second.position, head: second.position });
    await own.until(() => own.activities.filter(({ verb }) => verb === 'acknowledge').length === 2);
    await alice.post(roomId, key);
    await others.until(() => others.activities.length === 3);
    expect(others.activities.map(({ verb }) => verb)).toEqual(['post', 'post', 'post']);
  });
});

describe('people', () => {
  it('come and go only with a sealed part, shown inline with who did it (R331)', async () => {
    const { clients, roomId, resource } = await roomOf(2);
    const [alice, bob] = clients as [TestClient, TestClient];
    const [carol] = (await people(1)) as [TestClient];
    const events = await carol.connect();
    for (const verb of ['add', 'leave']) {
      const bare = await alice.write(roomId, { verb, object: { objectType: 'person', id: carol.person.id } });
      expect(bare.status).toBe(400);
    }
    const added = await alice.add(roomId, carol.person.id);
    expect([added.status, added.body.verb, added.body.actor.id]).toEqual([200, 'add', alice.person.id]);
    expect(added.body.kmsMessage).toBeTypeOf('string');
    expect(core.acme.peopleOf(resource)).toContain(carol.person.id);
    expect((await alice.add(roomId, carol.person.id)).status).toBe(409);
    const removed = await bob.leave(roomId, carol.person.id);
    expect(removed.status).toBe(200);
    expect(core.acme.peopleOf(resource)).not.toContain(carol.person.id);
    expect((await carol.room(roomId)).status).toBe(404);
    await events.until(() => events.activities.length === 2);
    expect(events.activities.map(({ verb, actor }) => [verb, actor.id])).toEqual([
      ['add', alice.person.id],
      ['leave', bob.person.id],
    ]);
    const log = await alice.history(roomId);
    expect(log.slice(-2).map(({ verb, object, receipt }) => [verb, object?.id, receipt !== undefined])).toEqual([
      ['add', carol.person.id, true],
      ['leave', carol.person.id, true],
    ]);
  });

  it('of an organisation without a key server are refused with a sentence before anything is sealed away', async () => {
    const { clients, roomId } = await roomOf(1);
    const [alice] = clients as [TestClient];
    const other = core.identity.person(newId<OrganisationId>());
    await core.identity.settled();
    const { status, body } = await alice.add(roomId, other.id);
    expect([status, body.errorCode]).toEqual([403, 1403001]);
    expect(body.message).toMatch(/no key server/);
    expect(core.acme.received.some((frame) => 'subjects' in frame && frame.subjects.includes(other.id))).toBe(false);
  });

  it('are not changed by a receipt that names somebody else, or that the realm did not sign', async () => {
    const { clients, roomId } = await roomOf(1);
    const [alice] = clients as [TestClient];
    const [carol] = (await people(1)) as [TestClient];
    core.acme.behaviour = 'wrong-subject';
    expect((await alice.add(roomId, carol.person.id)).status).toBe(409);
    core.acme.behaviour = 'unsigned';
    expect((await alice.add(roomId, carol.person.id)).status).toBeGreaterThanOrEqual(400);
    core.acme.behaviour = 'apply';
    expect((await carol.room(roomId)).status).toBe(404);
    expect((await alice.room(roomId)).body.participants?.items).toHaveLength(1);
  });
});

describe('keys', () => {
  it('go stale when somebody leaves, and the three published codes say what to do (R313, R314)', async () => {
    const { clients, key, roomId } = await roomOf(3);
    const [alice, bob, carol] = clients as [TestClient, TestClient, TestClient];
    await alice.leave(roomId, carol.person.id);
    const stale = await alice.post(roomId, key);
    expect([stale.status, stale.body.errorCode]).toEqual([400, 1400087]);
    expect((await bob.post(roomId, core.acme.newKey())).body.errorCode).toBe(1400049);
    const fresh = core.acme.newKey();
    expect((await bob.updateKey(roomId, fresh)).status).toBe(200);
    const rotated = await alice.post(roomId, key);
    expect([rotated.status, rotated.body.errorCode]).toEqual([409, 1409004]);
    expect((await alice.post(roomId, fresh)).status).toBe(200);
    const room = await alice.room(roomId);
    expect(room.body.defaultActivityEncryptionKeyUrl).toBe(fresh);
    expect(room.body.liveKeys?.map(({ uri, stale: old }) => [uri, old])).toEqual([
      [key, true],
      [fresh, false],
    ]);
    expect((await alice.updateKey(roomId, key)).body.errorCode).toBe(1409004);
  });

  it('of a device are added beside the default, and everybody may post under any live one (R312)', async () => {
    const { clients, key, roomId } = await roomOf(2);
    const [alice, bob] = clients as [TestClient, TestClient];
    const own = core.acme.newKey();
    const { status, body } = await bob.addKey(roomId, own);
    expect([status, body.verb, body.receipt !== undefined]).toEqual([200, 'addKey', true]);
    const room = await alice.room(roomId);
    expect(room.body.defaultActivityEncryptionKeyUrl).toBe(key);
    expect(room.body.liveKeys).toContainEqual({ uri: own, stale: false, shared: false, deviceId: bob.deviceId });
    expect((await bob.post(roomId, own)).status).toBe(200);
    expect((await alice.post(roomId, key)).status).toBe(200);
    expect((await alice.addKey(roomId, core.globex.newKey())).body.errorCode).toBe(1400049);
  });

  it('stay visible when stale, for a published client drops its sealed part without one; but not to who was just told to rotate', async () => {
    const { clients, key, roomId } = await roomOf(3);
    const [alice, bob, carol] = clients as [TestClient, TestClient, TestClient];
    await alice.leave(roomId, carol.person.id);
    expect((await alice.room(roomId)).body.defaultActivityEncryptionKeyUrl).toBe(key);
    await alice.post(roomId, key);
    expect((await alice.room(roomId)).body.defaultActivityEncryptionKeyUrl).toBeUndefined();
    expect((await bob.room(roomId)).body.defaultActivityEncryptionKeyUrl).toBe(key);
    const fresh = core.acme.newKey();
    await alice.updateKey(roomId, fresh);
    expect((await alice.room(roomId)).body.defaultActivityEncryptionKeyUrl).toBe(fresh);
    // She did as she was told: of the next departure she has not been told yet, and can leave with a sealed part.
    await alice.leave(roomId, bob.person.id);
    expect((await alice.room(roomId)).body.defaultActivityEncryptionKeyUrl).toBe(fresh);
  });

  it('bound before a departure are stale even when their receipt comes home after it', async () => {
    const { clients, roomId } = await roomOf(3);
    const [alice, , carol] = clients as [TestClient, TestClient, TestClient];
    const early: KeyUri = core.acme.newKey();
    core.acme.behaviour = 'apply-silently';
    const late = alice.updateKey(roomId, early);
    await core.acme.until((frame) => frame.type === 'operation' && frame.keyUri === early);
    core.acme.behaviour = 'apply';
    await alice.leave(roomId, carol.person.id);
    core.acme.disconnect();
    await core.acme.connect(core.socket);
    expect((await late).status).toBe(200);
    expect((await alice.post(roomId, early)).body.errorCode).toBe(1400087);
  });
});

describe('history', () => {
  it('is paged by position and by the published query, and lists rooms newest first', async () => {
    const { clients, key, roomId } = await roomOf(1);
    const [alice] = clients as [TestClient];
    for (let index = 0; index < 9; index++) await alice.post(roomId, key);
    const positions = async (query: string) => (await alice.history(roomId, query)).map(({ position }) => position);
    expect(await positions('?after=3&limit=2')).toEqual([4, 5]);
    expect(await positions('?before=5&limit=2')).toEqual([3, 4]);
    expect(await positions('?activitiesLimit=3')).toEqual([8, 9, 10]);
    expect(await positions('?activitiesLimit=2&latestActivityFirst=true')).toEqual([10, 9]);
    const [, , third] = await alice.history(roomId);
    const until = (await positions(`?maxDate=${Date.parse(third?.published ?? '') + 1}`)).at(-1);
    expect(until).toBeGreaterThanOrEqual(3);
    expect((await alice.ask(`/conversation/api/v1/conversations/${roomId}/activities?after=x`)).status).toBe(400);
    const later = await alice.create(core.acme.newKey(), []);
    await alice.post(roomId, key);
    const first = await alice.ask<{ items: { id: string }[]; next?: string }>(
      '/conversation/api/v1/conversations?limit=1',
    );
    expect(first.body.items.map(({ id }) => id)).toEqual([roomId]);
    expect(first.headers.link).toMatch(/rel="next"/);
    const rest = await alice.ask<{ items: { id: string }[]; next?: string }>(
      `/conversation/api/v1/conversations?limit=1&after=${first.body.next}`,
    );
    expect([rest.body.items.map(({ id }) => id), rest.body.next]).toEqual([[later.body.id], undefined]);
  });
});
