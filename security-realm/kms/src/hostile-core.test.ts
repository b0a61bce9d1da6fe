import { SecretKey } from '@cloister/seal';
import { operationId } from '@cloister/verify';
import { newId, type RoomId, type UserId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from './index.ts';
import { TestClient } from './testing/test-client.ts';
import { TestRealm } from './testing/test-realm.ts';

let realm: TestRealm;
beforeAll(async () => {
  realm = await TestRealm.open();
});
afterAll(() => realm.close());

const { kmsHost } = TestRealm;
type Room = Parameters<TestClient['add']>[0];

/** Everything about a resource that a two-part change could change, as somebody on its list sees it. */
const seen = async (client: TestClient, { resourceUri }: Room) => {
  const list = await client.ask({ method: 'retrieve', uri: `${resourceUri}/authorizations` });
  const { keys } = await client.ask({ method: 'retrieve', uri: `${resourceUri}/keys` });
  expect(list.status).toBe(200);
  return {
    version: list.cloister?.authorizationVersion,
    people: list.authorizations?.map(({ authId, cloister }) => `${authId} ${cloister?.moderator === true}`).sort(),
    keys: keys?.map(({ uri }) => uri).sort(),
  };
};

/** A receipt that says, in the realm's name, that this change is refused. */
const expectRefusal = async (frame: Operation, result: { status: number; receipt: string }, code: string) => {
  const claims = await realm.claimsOf(result.receipt);
  expect(claims).toMatchObject({
    operationId: frame.operationId,
    operation: frame.kind,
    room: frame.roomId,
    status: result.status,
    code,
    subjects: [],
    keyUris: [],
    authorizationVersion: null,
  });
  expect(claims.status).toBeGreaterThanOrEqual(400);
};

const halves = ({ resourceUri, roomId }: Room) => {
  const cloister = { roomId };
  return {
    add: (id: UserId) => ({ method: 'create', uri: '/authorizations', resourceUri, userIds: [id], cloister }),
    remove: (id: UserId) => ({ method: 'delete', uri: `${resourceUri}/authorizations?authId=${id}`, cloister }),
    appoint: (id: UserId) => ({ method: 'create', uri: `${resourceUri}/moderators`, userIds: [id], cloister }),
    dismiss: (id: UserId) => ({ method: 'delete', uri: `${resourceUri}/moderators?authId=${id}`, cloister }),
  };
};

const present = <T>(value: T | null): T => {
  if (value === null) throw new Error('silence');
  return value;
};

/** A room of Alice, Bob and Carol. */
const roomOfThree = async () => {
  const [alice, bob, carol] = [await realm.client(), await realm.client(), await realm.client()];
  const { roomId, resourceUri, frame } = await alice.createRoom([bob.person.id, carol.person.id]);
  return { alice, bob, carol, frame, room: { roomId, resourceUri } };
};

/** A history of every kind of change, the frames in order. */
const busyRoom = async () => {
  const { alice, bob, carol, frame, room } = await roomOfThree();
  const half = halves(room);
  const frames: Operation[] = [frame];
  const make = async (client: TestClient, kind: Operation['kind'], ask: object, outer: Partial<Operation>) => {
    const made = await client.frame(kind, { ...ask }, { ...room, ...outer });
    expect((await client.operate(made)).status).toBeLessThan(300);
    frames.push(made);
  };
  const dave = realm.person().id;
  const key = await alice.createKey();
  await make(alice, 'add', half.add(dave), { subjects: [dave] });
  await make(bob, 'appoint', half.appoint(bob.person.id), { subjects: [bob.person.id] });
  await make(bob, 'appoint', half.appoint(carol.person.id), { subjects: [carol.person.id] });
  await make(carol, 'dismiss', half.dismiss(bob.person.id), { subjects: [bob.person.id] });
  await make(carol, 'remove', half.remove(dave), { subjects: [dave] });
  await make(carol, 'remove', half.remove(carol.person.id), { subjects: [carol.person.id] });
  await make(alice, 'addKey', { method: 'update', uri: key.uri, resourceUri: room.resourceUri }, { keyUri: key.uri });
  return { alice, room, frames };
};

describe('a core that speaks in somebody’s name', () => {
  it('has the token that person gave it, and gets no channel and no change with it (R323)', async () => {
    const { alice, bob, room } = await roomOfThree();
    const before = await seen(bob, room);
    const [given, eve] = [
      realm.identity.token(alice.person, { aud: 'core', scope: 'spark:all' }),
      await realm.client(),
    ];
    // On a device of its own making: neither with what it was given, nor with a key server's token of somebody else.
    for (const bearer of [given, eve.token()]) {
      await expect(realm.device(alice.person).connect({ bearer })).rejects.toMatchObject({
        code: 'kms/unauthenticated',
      });
    }
    // In a channel of Eve's, whose every request it says is Alice's.
    const half = halves(room).remove(bob.person.id);
    for (const bearer of [given, eve.token()]) {
      const client = { clientId: eve.clientId, credential: { userId: alice.person.id, bearer } };
      const sealed = (await eve.channel.seal({ requestId: newId(), client, ...half })) as Operation['sealed'];
      const shown = await alice.frame('remove', half, { ...room, subjects: [bob.person.id], deviceId: null });
      const forged = { ...shown, sealed, operationId: operationId(alice.person.id, sealed) };
      await expectRefusal(forged, present(await realm.kms.handleOperation(forged)), 'kms/unauthenticated');
    }
    expect(await seen(bob, room)).toEqual(before);
  });

  it('changes no byte of what they sealed, and seals nothing itself (R323)', async () => {
    const { alice, bob, room } = await roomOfThree();
    const before = await seen(alice, room);
    const frame = await alice.frame('remove', halves(room).remove(bob.person.id), {
      ...room,
      subjects: [bob.person.id],
    });
    const [head, key, iv, text = '', tag] = frame.sealed.split('.');
    const touched = `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`;
    const own = SecretKey.generate(alice.channel.uri);
    const made = await TestClient.sealAny({ key: own, kid: alice.channel.uri }, Buffer.from('{"method":"delete"}'));
    for (const sealed of [[head, key, iv, touched, tag].join('.'), made] as Operation['sealed'][]) {
      const forged = { ...frame, sealed, operationId: operationId(alice.person.id, sealed) };
      const result = present(await realm.kms.handleOperation(forged));
      expect(result.status).toBeGreaterThanOrEqual(400);
      expect(result.reply).toBeNull();
    }
    expect(await seen(alice, room)).toEqual(before);
  });
});

describe('a core that replays', () => {
  it('any earlier half gets its first receipt, and changes nothing (R328)', async () => {
    const { alice, room, frames } = await busyRoom();
    const first = await Promise.all(frames.map((frame) => realm.kms.handleOperationStatus(frame)));
    const before = await seen(alice, room);
    for (const [at, frame] of frames.entries()) {
      expect((await realm.kms.handleOperation(frame))?.receipt).toBe(first[at]?.receipt);
      expect(await seen(alice, room)).toEqual(before);
    }
  });

  it('an earlier half as another change gets a refusal or an old receipt, and changes nothing', async () => {
    const { alice, room, frames } = await busyRoom();
    const first = await Promise.all(frames.map((frame) => realm.kms.handleOperationStatus(frame)));
    const old = new Set(first.map((result) => result?.receipt));
    const before = await seen(alice, room);
    for (const shown of frames) {
      for (const { sealed, operationId: id } of frames) {
        if (id === shown.operationId) continue;
        // Under the id of the bytes, of the change that is shown, and of the bytes as if the shown person had sealed them.
        for (const under of [id, shown.operationId, operationId(shown.userId, sealed)]) {
          const result = await realm.kms.handleOperation({ ...shown, sealed, operationId: under });
          if (result !== null && !old.has(result.receipt)) expect(result.status).toBeGreaterThanOrEqual(400);
        }
      }
    }
    expect(await seen(alice, room)).toEqual(before);
  });
});

describe('a core that swaps sealed halves between two changes', () => {
  it('gets both refused, and changes neither room', async () => {
    const { alice, bob, carol, room } = await roomOfThree();
    const other = await alice.createRoom([bob.person.id, carol.person.id]);
    const dave = realm.person().id;
    const changes: [Operation['kind'], Room, keyof ReturnType<typeof halves>, UserId][] = [
      ['add', room, 'add', dave],
      ['remove', room, 'remove', bob.person.id],
      ['appoint', room, 'appoint', bob.person.id],
      ['appoint', room, 'appoint', alice.person.id],
      ['dismiss', room, 'dismiss', alice.person.id],
      ['add', other, 'add', dave],
      ['remove', other, 'remove', carol.person.id],
      ['appoint', other, 'appoint', bob.person.id],
    ];
    const before = [await seen(alice, room), await seen(alice, other)];
    for (const [kind, at, name, subject] of changes) {
      for (const [otherKind, otherAt, otherName, otherSubject] of changes) {
        if (kind === otherKind && at === otherAt && subject === otherSubject) continue;
        const { roomId, resourceUri } = at;
        const [mine, his] = [halves(at)[name](subject), halves(otherAt)[otherName](otherSubject)];
        const one = await alice.frame(kind, mine, { roomId, resourceUri, subjects: [subject] });
        const { sealed, operationId: id } = await alice.frame(otherKind, his);
        const swapped = { ...one, sealed, operationId: id };
        const result = await alice.operate(swapped);
        expect(result.response).toMatchObject({ status: 403, cloister: { code: 'kms/room-mismatch' } });
        await expectRefusal(swapped, result, 'kms/room-mismatch');
      }
    }
    expect([await seen(alice, room), await seen(alice, other)]).toEqual(before);
  });

  it('under the id of the change it shows gets both refused as well', async () => {
    const { alice, bob, room } = await roomOfThree();
    const before = await seen(alice, room);
    const shown = await alice.frame('add', halves(room).add(bob.person.id), { ...room, subjects: [bob.person.id] });
    const { sealed } = await alice.frame('appoint', halves(room).appoint(bob.person.id));
    const result = await alice.operate({ ...shown, sealed });
    await expectRefusal(shown, result, 'kms/invalid-request');
    expect(await seen(alice, room)).toEqual(before);
  });
});

describe('an appointment or dismissal whose halves differ', () => {
  const cases: [string, (bob: UserId) => Partial<Operation>][] = [
    ['in the room', () => ({ roomId: newId<RoomId>() })],
    ['in the person', () => ({ subjects: [newId<UserId>()] })],
    ['by one person more', (bob) => ({ subjects: [bob, newId<UserId>()] })],
    ['by naming nobody', () => ({ subjects: [] })],
    ['in the resource', () => ({ resourceUri: `kms://${kmsHost}/resources/${newId()}` as Room['resourceUri'] })],
    ['in the device', () => ({ deviceId: newId() })],
    ['as an addition', () => ({ kind: 'add' })],
    ['as a removal', () => ({ kind: 'remove' })],
    ['as a change of keys', () => ({ kind: 'updateKey' })],
  ];
  it.each(cases)('%s is refused with a receipt, and changes nothing (R325)', async (_name, change) => {
    const { alice, bob, carol, room } = await roomOfThree();
    await alice.appoint(room, alice.person.id, carol.person.id);
    const before = await seen(alice, room);
    for (const [kind, ask] of [
      ['appoint', halves(room).appoint(bob.person.id)],
      ['dismiss', halves(room).dismiss(bob.person.id)],
    ] as const) {
      const outer = { ...room, subjects: [bob.person.id], ...change(bob.person.id) };
      const frame = await alice.frame(kind, ask, outer);
      const result = await alice.operate(frame);
      expect(result.response).toMatchObject({ status: 403, cloister: { code: 'kms/room-mismatch' } });
      await expectRefusal(frame, result, 'kms/room-mismatch');
    }
    expect(await seen(alice, room)).toEqual(before);
  });

  it('in who asks is refused: the token speaks for its own person', async () => {
    const { alice, bob, carol, room } = await roomOfThree();
    await alice.appoint(room, alice.person.id);
    const before = await seen(carol, room);
    const frame = await bob.frame('appoint', halves(room).appoint(bob.person.id), {
      ...room,
      subjects: [bob.person.id],
    });
    const asAlice = { ...frame, userId: alice.person.id, operationId: operationId(alice.person.id, frame.sealed) };
    await expectRefusal(asAlice, await bob.operate(asAlice), 'kms/unauthenticated');
    expect(await seen(carol, room)).toEqual(before);
  });
});

describe('the list and the moderators of a room', () => {
  it('are changed by no bare message, whoever sends it and whether it names the room (R320)', async () => {
    const { alice, bob, room } = await roomOfThree();
    await alice.appoint(room, alice.person.id);
    const before = await seen(alice, room);
    for (const ask of Object.values(halves(room)).map((half) => half(bob.person.id))) {
      const { cloister: _, ...unnamed } = ask;
      for (const message of [ask, unnamed]) {
        expect(await alice.ask(message)).toMatchObject({ status: 403, cloister: { code: 'kms/room-mismatch' } });
        expect((await bob.ask(message)).status).toBe(403);
      }
    }
    expect(await seen(alice, room)).toEqual(before);
  });

  it('are changed by nobody without the right: no outsider, no member who is no moderator (R447)', async () => {
    const { alice, bob, carol, room } = await roomOfThree();
    const eve = await realm.client();
    await alice.appoint(room, alice.person.id);
    const before = await seen(alice, room);
    for (const [client, code] of [
      [bob, 'kms/moderators-only'],
      [eve, 'kms/not-authorized'],
    ] as const) {
      for (const [kind, half] of Object.entries(halves(room))) {
        const frame = await client.frame(kind as Operation['kind'], half(carol.person.id), {
          ...room,
          subjects: [carol.person.id],
        });
        await expectRefusal(frame, await client.operate(frame), code);
      }
    }
    expect(await seen(alice, room)).toEqual(before);
  });
});
