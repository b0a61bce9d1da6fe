import { memoryStore } from '@cloister/sdk';
import type { Constellation } from '@cloister/testkit';
import type { RoomId } from '@cloister/wire';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { inDatabase } from './canary/databases.ts';
import { readRoomLog } from './crash/room-log.ts';
import { gather } from './sdk/gather.ts';
import { hostilePlatform } from './sdk/hostile-platform.ts';
import { type SdkPerson, say, seen, textsOf, until, withSession } from './sdk/sdk-person.ts';

let all: Constellation;
let alice: SdkPerson;
let ben: SdkPerson;
let aoi: SdkPerson;
let end: () => Promise<void>;
/** Alice's way to the core, in the hands of whoever runs it. */
const core = hostilePlatform();

beforeAll(async () => {
  ({ all, alice, ben, aoi, end } = await gather(['alice', 'ben', 'aoi'], { alice: { platform: core } }));
});
afterEach(() => {
  core.hostility = {};
});
afterAll(() => end?.());

/** Both halves of who may read: the core's people and the key server's, as somebody in the room is told. */
const halves = async ({ client, session }: SdkPerson, id: RoomId) => {
  const { room, log } = await readRoomLog(all.endpoints.core, session, id);
  const { people, unexplained, cannotRead } = await client.rooms.whoCanRead(id);
  return {
    members: room.participants?.items.map((person) => person.id).sort(),
    entries: log.map((entry) => entry.id),
    authorized: [...people.filter((person) => !cannotRead.includes(person)), ...unexplained].sort(),
  };
};

/** What happens to a two-part change between the client and the core's decision. */
const between = (change: (body: Record<string, unknown>) => void) => {
  core.hostility = {
    before: (url, init) => {
      if (init?.method !== 'POST' || !url.endsWith('/activities')) return;
      const body = JSON.parse(String(init.body)) as Record<string, unknown>;
      change(body);
      init.body = JSON.stringify(body);
    },
  };
};

it('refuses a change whose halves name different people, rooms or acts, and leaves both unchanged (R325)', async () => {
  const create = (title: string) => alice.client.rooms.create({ title, people: [ben.id] });
  const [one, other] = [await create('One'), await create('Other')];
  const before = [await halves(ben, one), await halves(ben, other)];
  const object = (id: string) => ({ objectType: 'person', id });
  // Alice adds Aoi to one room; the core has the key server asked for something else.
  between((body) => Object.assign(body, { object: object(ben.id), verb: 'leave' }));
  await expect(alice.client.rooms.add(one, [aoi.id])).rejects.toMatchObject({ code: 'kms/room-mismatch' });
  between((body) => Object.assign(body, { object: object(ben.id), verb: 'assignModerator' }));
  await expect(alice.client.rooms.add(one, [aoi.id])).rejects.toMatchObject({ code: 'kms/room-mismatch' });
  // She takes Ben out of one room; what she sealed is shown beside the other, where they both are as well.
  let sealed: unknown;
  between((body) => {
    sealed = body.kmsMessage;
    body.verb = 'nothing';
  });
  await expect(alice.client.rooms.remove(one, ben.id)).rejects.toMatchObject({ code: expect.any(String) });
  core.hostility = {};
  const answer = await fetch(`${all.endpoints.core}/conversation/api/v1/conversations/${other}/activities`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await alice.session.coreToken()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ objectType: 'activity', verb: 'leave', object: object(ben.id), kmsMessage: sealed }),
  });
  expect([answer.status, ((await answer.json()) as { errorCode?: number }).errorCode]).toEqual([400, 1900000]);
  expect([await halves(ben, one), await halves(ben, other)]).toEqual(before);
  // What was meant goes through.
  await alice.client.rooms.add(one, [aoi.id]);
  expect((await halves(ben, one)).authorized).toEqual([alice.id, ben.id, aoi.id].sort());
});

it('shows nothing to whom either half alone has removed: ciphertext without keys, or keys without ciphertext (R327)', async () => {
  const [noKeys, noCiphertext] = [
    await alice.client.rooms.create({ title: 'Not on the key server’s list', people: [ben.id, aoi.id] }),
    await alice.client.rooms.create({ title: 'Not on the core’s list', people: [ben.id, aoi.id] }),
  ];
  for (const id of [noKeys, noCiphertext]) {
    await say(alice, id, 'for three');
    await seen(aoi, id, 'for three');
  }
  // As no software of ours does it: one half's own database loses Aoi, the other half hears nothing of it.
  await inDatabase(all, 'acme_kms', (client) =>
    client.query(
      'delete from resource_authorization where subject_id = $1 and resource_id = (select resource_id from resource where room_id = $2)',
      [aoi.id, noKeys],
    ),
  );
  await inDatabase(all, 'core', (client) =>
    client.query('delete from memberships where user_id = $1 and room_id = $2', [aoi.id, noCiphertext]),
  );
  const fresh = await withSession(aoi.session, memoryStore());
  // The core serves what it has; no key comes with it.
  await fresh.client.rooms.open(noKeys);
  const shown = await until(
    fresh.client,
    () => {
      const messages = fresh.client.timeline(noKeys).entries.filter(({ kind }) => kind === 'message');
      const entry = messages.find((one) => one.kind === 'message' && one.content.state === 'undecryptable');
      return entry?.kind === 'message' ? entry : undefined;
    },
    noKeys,
  );
  expect(shown.content).toMatchObject({ state: 'undecryptable', reason: 'not-yet-authorized' });
  expect(textsOf(fresh.client, noKeys)).toEqual([]);
  // The key server would still give the keys; the core shows neither the room nor a byte of it.
  expect(fresh.client.snapshot().rooms.map(({ id }) => id)).not.toContain(noCiphertext);
  await expect(readRoomLog(all.endpoints.core, aoi.session, noCiphertext)).rejects.toThrow('404');
  expect((await halves(ben, noCiphertext)).authorized).toContain(aoi.id);
  expect((await halves(ben, noKeys)).members).toContain(aoi.id);
  await fresh.close();
});
