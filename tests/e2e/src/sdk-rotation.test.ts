import { connect, memoryStore, type Store } from '@cloister/sdk';
import type { Constellation } from '@cloister/testkit';
import type { RoomId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gather } from './sdk/gather.ts';
import { hostilePlatform } from './sdk/hostile-platform.ts';
import { type SdkPerson, say, sdkPerson, seen, textsOf, until, withSession } from './sdk/sdk-person.ts';

let all: Constellation;
let alice: SdkPerson;
let ben: SdkPerson;
let end: () => Promise<void>;

beforeAll(async () => {
  ({ all, alice, ben, end } = await gather(['alice', 'ben']));
});
afterAll(() => end?.());

const keysMade = (person: SdkPerson, id: RoomId) =>
  person.client.timeline(id).entries.filter(({ kind }) => kind === 'key-changed').length;

it('keeps exactly three live keys for three contributing devices and none for a viewer (R312)', async () => {
  const id = await alice.client.rooms.create({ title: 'Devices', people: [ben.id] });
  const [laptop, viewer] = [await withSession(alice.session), await withSession(ben.session)];
  await say(alice, id, 'mobile');
  await say(laptop, id, 'laptop');
  await say(ben, id, 'ben');
  await seen(viewer, id, 'ben');
  const { keys } = await viewer.client.rooms.whoCanRead(id);
  expect(keys).toHaveLength(3);
  expect(new Set(keys.map(({ deviceId }) => deviceId)).size).toBe(3);
  await Promise.all([laptop.close(), viewer.close()]);
});

it('makes every key stale with a departure, and each contributing device its own again (R312, R313, R315)', async () => {
  const aoi = await sdkPerson(all, 'aoi');
  const id = await alice.client.rooms.create({ title: 'Departure', people: [ben.id, aoi.id] });
  for (const person of [alice, ben, aoi]) await say(person, id, 'before');
  await alice.client.rooms.remove(id, aoi.id);
  await until(ben.client, () => ben.client.snapshot().rooms.find((room) => room.id === id)?.people.length === 2);
  expect((await ben.client.rooms.whoCanRead(id)).keys).toEqual([]);
  for (const person of [ben, alice]) await say(person, id, 'after');
  expect((await ben.client.rooms.whoCanRead(id)).keys).toHaveLength(2);
  await aoi.close();
});

/** A device of Ben's that renews its key after a few messages, on a store that outlives it. */
const device = async (store: Store) => {
  const platform = hostilePlatform();
  const refusals: number[] = [];
  const client = await connect(ben.session, { store, platform, contentKeys: { maxMessages: 16 } });
  platform.hostility = {
    answer: (_url, body) => {
      const code = (body as { errorCode?: number }).errorCode;
      if (code !== undefined) refusals.push(code);
      return body;
    },
  };
  await until(client, () => client.snapshot().connection.state === 'online' && client.snapshot().loaded);
  return { client, refusals };
};

it('renews a key by the number of its messages, a restart between, and nothing is refused (threats 19)', async () => {
  const id = await alice.client.rooms.create({ title: 'Count', people: [ben.id] });
  await until(ben.client, () => ben.client.snapshot().rooms.some((room) => room.id === id));
  const store = memoryStore();
  const texts = Array.from({ length: 36 }, (_, index) => `message ${index}`);
  const first = await device(store);
  for (const text of texts.slice(0, 9)) await first.client.sent(id, await first.client.send(id, { text }));
  await first.client.close();
  const second = await device(store);
  for (const text of texts.slice(9)) await second.client.sent(id, await second.client.send(id, { text }));
  await seen(alice, id, 'message 35');
  expect(textsOf(alice.client, id)).toEqual(texts);
  // Of sixteen it uses fourteen, and a restart counts a begun block of two as used.
  expect(keysMade(alice, id)).toBe(3);
  expect([...first.refusals, ...second.refusals]).toEqual([]);
  await second.client.close();
});
