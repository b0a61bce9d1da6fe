import {
  newId,
  type OrganisationId,
  type RemovalFrame,
  type ResourceUri,
  type RoomId,
  type UserId,
} from '@cloister/wire';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient } from './testing/test-client.ts';
import { TestCore } from './testing/test-core.ts';
import type { TestPerson } from './testing/test-identity.ts';

let core: TestCore;
let admin: TestPerson;
beforeAll(async () => {
  core = await TestCore.start();
  admin = core.identity.person(core.acme.organisationId);
});
afterAll(() => core.end());
afterEach(() => {
  core.acme.behaviour = 'apply';
});

const crowd = async <N extends number>(size: N): Promise<TestClient[]> => {
  const clients: TestClient[] = [];
  while (clients.length < size) clients.push(await core.client());
  return clients;
};

/** The person leaves by the administrator's hand: identity says so, and the key server removes them everywhere. */
const leave = async ({ person }: TestClient): Promise<RemovalFrame[]> => {
  const entry = core.identity.deactivate(person, admin);
  await core.identity.settled();
  return core.acme.removeLeaver(person, entry, admin);
};

const told = async (...frames: RemovalFrame[]) => {
  core.acme.tell(...frames);
  for (const frame of frames) await core.acme.recorded(frame);
};

const membersOf = async (client: TestClient, roomId: RoomId) =>
  (await client.room(roomId)).body.participants?.items.map(({ id }) => id).sort();

describe('a person who leaves the organisation (R332)', () => {
  it('is gone from every room in both halves, whoever moderates it; everybody there hears by whom, and rotates', async () => {
    const [alice, bob, carol] = (await crowd(3)) as [TestClient, TestClient, TestClient];
    const rooms = [
      await core.room(alice, [bob, carol]),
      await core.room(carol, [alice]),
      await core.room(alice, [carol], { tags: ['ONE_ON_ONE'] }),
    ];
    await alice.appoint(rooms[0]?.roomId as RoomId, alice.person.id);
    await carol.appoint(rooms[1]?.roomId as RoomId, carol.person.id);
    const events = await alice.connect();
    const own = await carol.connect();
    const frames = await leave(carol);
    expect(frames).toHaveLength(3);
    await told(...frames);
    await own.until(() => own.closedWith !== undefined);
    expect((await carol.ask('/conversation/api/v1/conversations')).status).toBe(401);
    await events.until(() => events.activities.length === 3);
    for (const { key, roomId, resource } of rooms) {
      expect(await membersOf(alice, roomId)).toEqual(core.acme.peopleOf(resource));
      expect(core.acme.peopleOf(resource)).not.toContain(carol.person.id);
      const entry = (await alice.history(roomId)).at(-1);
      expect(entry).toMatchObject({ verb: 'leave', reason: 'left-organisation' });
      expect([entry?.actor.id, entry?.object?.id]).toEqual([admin.id, carol.person.id]);
      expect(entry?.receipt).toBe(frames.find((frame) => frame.roomId === roomId)?.receipt);
      expect(events.activities.map(({ id }) => id)).toContain(entry?.id);
      expect((await alice.post(roomId, key)).body.errorCode).toBe(1400087);
      expect(await alice.changes(roomId, '?limit=1')).toMatchObject([
        { kind: 'remove', state: 'applied', actor: admin.id, subjects: [carol.person.id] },
      ]);
    }
    // The room whose only moderator left is open again.
    expect((await alice.room(rooms[1]?.roomId as RoomId)).body.tags).not.toContain('LOCKED');
    expect(core.log.filter((line) => line.includes('chain-broken'))).toEqual([]);
  });

  it('is removed once, however often the realm says so, through a restart and after they came back', async () => {
    const [alice, carol] = (await crowd(2)) as [TestClient, TestClient];
    const { roomId } = await core.room(alice, [carol]);
    const [frame] = (await leave(carol)) as [RemovalFrame];
    await told(frame);
    await told({ ...frame, id: newId() });
    await core.kill();
    await core.start();
    await told({ ...frame, id: newId() });
    expect((await alice.history(roomId)).map(({ verb }) => verb)).toEqual(['create', 'add', 'leave']);
    core.identity.person(carol.person.organisationId, { id: carol.person.id });
    await core.identity.settled();
    expect((await alice.add(roomId, carol.person.id)).status).toBe(200);
    await told({ ...frame, id: newId() });
    expect((await carol.room(roomId)).status).toBe(200);
    expect((await alice.history(roomId)).map(({ verb }) => verb)).toEqual(['create', 'add', 'leave', 'add']);
  });

  it('and came back before the core was told is removed all the same, as at the key server', async () => {
    const [alice, carol] = (await crowd(2)) as [TestClient, TestClient];
    const { roomId, resource: uri } = await core.room(alice, [carol]);
    const frames = await leave(carol);
    core.identity.person(carol.person.organisationId, { id: carol.person.id });
    await core.identity.settled();
    await told(...frames);
    expect(await membersOf(alice, roomId)).toEqual(core.acme.peopleOf(uri));
    expect((await alice.add(roomId, carol.person.id)).status).toBe(200);
    expect(await membersOf(alice, roomId)).toEqual(core.acme.peopleOf(uri));
  });

  it('may come back to a conversation of two, and nobody else may', async () => {
    const [alice, carol, dave] = (await crowd(3)) as [TestClient, TestClient, TestClient];
    const { roomId } = await core.room(alice, [carol], { tags: ['ONE_ON_ONE'] });
    await told(...(await leave(carol)));
    core.identity.person(carol.person.organisationId, { id: carol.person.id });
    await core.identity.settled();
    // Alone, the one who came back finds no conversation to join and may not make a second one.
    const second = await carol.create(core.acme.newKey(), [alice.person.id], { tags: ['ONE_ON_ONE'] });
    expect([second.status, second.body.errorCode]).toEqual([409, 1409001]);
    expect((await alice.add(roomId, dave.person.id)).status).toBe(403);
    expect((await alice.add(roomId, carol.person.id)).status).toBe(200);
    expect((await carol.room(roomId)).status).toBe(200);
  });
});

describe('a person of another organisation who leaves it (R332, R362)', () => {
  /** Grace of Globex leaves; the room's home removes her, at the word of her own key server. */
  const leaveGlobex = async ({ person }: TestClient, by: TestPerson) => {
    const entry = core.identity.deactivate(person, by);
    await core.identity.settled();
    return core.acme.removeLeaver(person, entry, by);
  };
  let theirs: TestPerson;
  beforeAll(async () => {
    await core.globex.connect(core.socket);
    theirs = core.identity.person(core.globex.organisationId);
    await core.identity.settled();
  });
  afterAll(() => core.globex.disconnect());
  const setting = async (tags: readonly string[] = []) => {
    const [alice] = (await crowd(1)) as [TestClient];
    const grace = await core.client(core.identity.person(core.globex.organisationId));
    return { alice, grace, ...(await core.room(alice, [grace], { tags: [...tags] })) };
  };

  it('is removed by the room’s home, whose receipt alone decides, moderated or of two', async () => {
    const one = await setting();
    await one.alice.appoint(one.roomId, one.alice.person.id);
    const two = await setting(['ONE_ON_ONE']);
    for (const { alice, grace, roomId, key } of [one, two]) {
      const [frame] = (await leaveGlobex(grace, theirs)) as [RemovalFrame];
      // Her own key server has no say in rooms that are at home elsewhere.
      const of = { uri: frame.resourceUri, room: roomId };
      core.globex.tell(await core.globex.removal(of, grace.person, core.identity.head, theirs));
      core.globex.tell({ ...frame, id: newId() });
      await told(frame);
      expect(await membersOf(alice, roomId)).toEqual([alice.person.id]);
      const entry = (await alice.history(roomId)).at(-1);
      expect(entry).toMatchObject({ verb: 'leave', reason: 'left-organisation', receipt: frame.receipt });
      expect([entry?.actor.id, entry?.object?.id]).toEqual([theirs.id, grace.person.id]);
      expect((await alice.post(roomId, key)).body.errorCode).toBe(1400087);
    }
    expect(core.globex.received.filter(({ type }) => type === 'removal-recorded')).toEqual([]);
  });

  it('and comes back may be added again, and is not removed by what is told late', async () => {
    const { alice, grace, roomId } = await setting();
    const [frame] = (await leaveGlobex(grace, theirs)) as [RemovalFrame];
    await told(frame);
    core.identity.person(grace.person.organisationId, { id: grace.person.id });
    await core.identity.settled();
    expect((await alice.add(roomId, grace.person.id)).status).toBe(200);
    await told({ ...frame, id: newId() });
    expect((await grace.room(roomId)).status).toBe(200);
  });

  it('who has not left is removed by no key server’s word', async () => {
    const { alice, grace, roomId, resource } = await setting();
    const [dave] = (await crowd(1)) as [TestClient];
    expect((await alice.add(roomId, dave.person.id)).status).toBe(200);
    const of = { uri: resource, room: roomId };
    core.acme.tell(await core.acme.removal(of, grace.person, core.identity.head, theirs));
    await told(...(await leave(dave)).filter((frame) => frame.roomId === roomId));
    expect(await membersOf(alice, roomId)).toEqual([alice.person.id, grace.person.id].sort());
  });
});

describe('a removal that cannot be written yet', () => {
  it('waits until identity has told the core too', async () => {
    const [alice, carol, dave] = (await crowd(3)) as [TestClient, TestClient, TestClient];
    const { roomId } = await core.room(alice, [carol, dave]);
    const gone = await leave(dave);
    const early = core.identity.head + 1;
    const [frame] = (await core.acme.removeLeaver(carol.person, early, admin)) as [RemovalFrame];
    core.acme.tell(frame);
    await told(...gone);
    expect((await carol.room(roomId)).status).toBe(200);
    expect(core.identity.deactivate(carol.person, admin)).toBe(early);
    await core.identity.settled();
    await told(frame);
    expect(await membersOf(alice, roomId)).toEqual([alice.person.id]);
  });

  it('waits while another change of the person is being decided, so that the order of the key server is kept', async () => {
    const [alice, carol, dave] = (await crowd(3)) as [TestClient, TestClient, TestClient];
    const { roomId, resource: uri } = await core.room(alice, [dave]);
    core.acme.behaviour = 'apply-silently';
    const adding = alice.add(roomId, carol.person.id);
    await core.acme.until((frame) => frame.type === 'operation' && frame.subjects.includes(carol.person.id));
    core.acme.behaviour = 'silent';
    const frames = await leave(carol);
    core.acme.tell(...frames);
    await told(...(await leave(dave)));
    expect((await alice.history(roomId)).map(({ verb }) => verb)).toEqual(['create', 'add', 'leave']);
    core.acme.behaviour = 'apply';
    core.acme.disconnect();
    await core.acme.connect(core.socket);
    expect((await adding).status).toBe(200);
    await told(...frames);
    expect((await alice.history(roomId)).map(({ verb }) => verb)).toEqual(['create', 'add', 'leave', 'add', 'leave']);
    expect(await membersOf(alice, roomId)).toEqual(core.acme.peopleOf(uri));
    expect(core.log.filter((line) => line.includes('chain-broken'))).toEqual([]);
  });

  it('is not answered for a room that the core does not know', async () => {
    const [alice, carol] = (await crowd(2)) as [TestClient, TestClient];
    await core.room(alice, [carol]);
    const frames = await leave(carol);
    const entry = core.identity.head;
    const nowhere = { uri: `kms://${core.acme.kmsHost}/resources/${newId()}` as ResourceUri, room: newId<RoomId>() };
    const unknown = await core.acme.removal(nowhere, carol.person, entry, admin);
    core.acme.tell(unknown);
    await told(...frames);
    expect(core.acme.received.some((frame) => 'id' in frame && frame.id === unknown.id)).toBe(false);
  });
});

describe('a removal that is a lie', () => {
  it('changes nothing, whoever says it', async () => {
    const [alice, bob, carol, dave] = (await crowd(4)) as [TestClient, TestClient, TestClient, TestClient];
    const made = await core.room(alice, [bob, carol, dave]);
    const other = await core.room(alice, [carol]);
    const of = { uri: made.resource, room: made.roomId };
    const entry = core.identity.deactivate(dave.person, admin);
    await core.identity.settled();
    const stranger = { id: newId<UserId>(), organisationId: core.globex.organisationId };
    const frame = (person = dave.person, changed: object = {}, at = entry, by: TestPerson = admin) =>
      core.acme.removal(of, person, at, by, changed);
    const genuine = await frame();
    const lies: Record<string, RemovalFrame> = {
      'of a person who has not left': await frame(bob.person),
      'by an entry that says nothing of the person': await frame(carol.person, {}, 1),
      'by an entry after the one that removed them': await frame(dave.person, {}, entry + 1),
      'by an administrator who did not': await frame(dave.person, {}, entry, alice.person),
      'that was refused': await frame(dave.person, { status: 403 }),
      'that is no removal': await frame(dave.person, { operation: 'dismiss' }),
      'without the entry': await frame(dave.person, { leaver: undefined }),
      'of two people': await frame(dave.person, { subjects: [dave.person, bob.person].map(party) }),
      'of another person than its receipt': { ...genuine, subject: party(bob.person) },
      'for another room than its receipt': { ...genuine, roomId: other.roomId },
      'for another resource than its receipt': { ...genuine, resourceUri: other.resource },
      'under another operation': { ...genuine, operationId: 'ab'.repeat(32) as RemovalFrame['operationId'] },
      'under an operation of its own': await frame(dave.person, { operationId: 'cd'.repeat(32) }),
      'of a person of another organisation': await frame({ ...dave.person, ...stranger }),
      'of a resource that is not the room’s': await core.acme.removal(
        { ...of, uri: other.resource },
        dave.person,
        entry,
        admin,
      ),
      'signed by another key server': {
        ...genuine,
        receipt: (await core.globex.removal(of, dave.person, entry, admin)).receipt,
      },
      'signed by nobody': { ...genuine, receipt: flip(genuine.receipt) },
    };
    const log = await alice.history(made.roomId);
    for (const lie of Object.values(lies)) core.acme.tell({ ...lie, id: newId() });
    // Another realm, with its own receipt and with a stolen one.
    await core.globex.connect(core.socket);
    core.globex.tell(await core.globex.removal(of, dave.person, entry, admin), { ...genuine, id: newId() });
    core.globex.tell(
      await core.globex.removal(of, { ...dave.person, organisationId: core.globex.organisationId }, entry, admin),
    );
    // The room's own lane is past all of them when a true one is written.
    await told(...(await leave(carol)).filter(({ roomId }) => roomId === made.roomId));
    const after = await alice.history(made.roomId);
    expect(after.slice(0, -1)).toEqual(log);
    expect(after.at(-1)?.object?.id).toBe(carol.person.id);
    expect((await alice.history(other.roomId)).map(({ verb }) => verb)).toEqual(['create', 'add']);
    expect(await membersOf(alice, made.roomId)).toEqual([alice, bob, dave].map(({ person }) => person.id).sort());
    expect(core.globex.received.filter(({ type }) => type === 'removal-recorded')).toEqual([]);
    // And what they were made of is good.
    await told({ ...genuine, id: newId() });
    expect(await membersOf(alice, made.roomId)).toEqual([alice, bob].map(({ person }) => person.id).sort());
    core.globex.disconnect();
  });
});

const party = ({ id, organisationId }: { id: UserId; organisationId: OrganisationId }) => ({ id, organisationId });

const flip = (receipt: RemovalFrame['receipt']) => {
  const [header, payload, signature = ''] = receipt.split('.');
  const other = signature.startsWith('A') ? 'B' : 'A';
  return `${header}.${payload}.${other}${signature.slice(1)}` as RemovalFrame['receipt'];
};
