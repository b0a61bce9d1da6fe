import type { RoomId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gather } from './sdk/gather.ts';
import { hostilePlatform } from './sdk/hostile-platform.ts';
import {
  eventsSeen,
  makeRoom,
  type SdkPerson,
  say,
  seen,
  textOf,
  textsOf,
  until,
  withSession,
} from './sdk/sdk-person.ts';

let alice: SdkPerson;
let ben: SdkPerson;
let aoi: SdkPerson;
let end: () => Promise<void>;

beforeAll(async () => {
  ({ alice, ben, aoi, end } = await gather(['alice', 'ben', 'aoi']));
});
afterAll(() => end?.());

const room = (title: string, ...people: SdkPerson[]) => makeRoom(alice, title, people);

const keysInUse = (person: SdkPerson, id: RoomId) =>
  person.client.timeline(id).entries.filter((entry) => entry.kind === 'key-changed').length;

it('lets two people talk in a room whose title and messages only they can read (R280, R285)', async () => {
  const id = await room('Plans', ben);
  await say(alice, id, 'Lunch at noon?');
  await seen(ben, id, 'Lunch at noon?');
  const title = await until(ben.client, () => {
    const found = ben.client.snapshot().rooms.find((one) => one.id === id);
    return found?.title.state === 'open' ? found.title.value : undefined;
  });
  expect(title).toBe('Plans');
  await say(ben, id, 'Yes');
  await seen(alice, id, 'Yes');
  expect(textsOf(alice.client, id)).toEqual(['Lunch at noon?', 'Yes']);
});

it('gives every contributing device a key of its own and every other none (R312)', async () => {
  const id = await room('Keys', ben, aoi);
  const laptop = await withSession(alice.session);
  await say(alice, id, 'mobile');
  await seen(laptop, id, 'mobile');
  await say(laptop, id, 'laptop');
  await say(ben, id, 'ben');
  await seen(aoi, id, 'ben');
  await until(aoi.client, () => keysInUse(aoi, id) === 2, id);
  // The creator's device made the first with the room, laptop and Ben one each; Aoi wrote nothing.
  expect(keysInUse(aoi, id)).toBe(2);
  await laptop.close();
});

it('shows joins, departures and removals inline with who did it (R330, R331)', async () => {
  const id = await room('Comings and goings', ben);
  await alice.client.rooms.add(id, [aoi.id]);
  await say(alice, id, 'welcome');
  await seen(aoi, id, 'welcome');
  await alice.client.rooms.remove(id, ben.id);
  await aoi.client.rooms.leave(id);
  const changes = await eventsSeen(alice, id, ['joined', 'left'], 4);
  expect(changes).toEqual([
    ['joined', alice.id, ben.id],
    ['joined', alice.id, aoi.id],
    ['left', alice.id, ben.id],
    ['left', aoi.id, aoi.id],
  ]);
  const [view] = alice.client.snapshot().rooms.filter((one) => one.id === id);
  expect(view?.people).toEqual([alice.id]);
});

it('makes a new key after a departure, and who left does not see the room again (R313, R333)', async () => {
  const id = await room('Rotation', ben, aoi);
  await say(alice, id, 'before');
  await seen(ben, id, 'before');
  await alice.client.rooms.remove(id, ben.id);
  await until(ben.client, () => ben.client.snapshot().rooms.every((one) => one.id !== id));
  await say(alice, id, 'after');
  await seen(aoi, id, 'after');
  await until(alice.client, () => keysInUse(alice, id) === 1, id);
  expect(keysInUse(alice, id)).toBe(1);
  await expect(ben.client.rooms.open(id)).rejects.toMatchObject({ code: 'core/not-found' });
});

it('shows people added later what was said before, from the keys of the room', async () => {
  const id = await room('History');
  await say(alice, id, 'early');
  await alice.client.rooms.add(id, [ben.id]);
  await seen(ben, id, 'early');
});

it('keeps one room of two, whoever asks for it', async () => {
  const [mine, theirs] = await Promise.all([alice.client.rooms.direct(aoi.id), aoi.client.rooms.direct(alice.id)]);
  expect(mine).toBe(theirs);
  await say(aoi, mine, 'psst');
  await seen(alice, mine, 'psst');
  expect(alice.client.snapshot().rooms.find(({ id }) => id === mine)?.directWith).toBe(aoi.id);
});

it('edits and deletes one’s own messages for everybody', async () => {
  const id = await room('Second thoughts', ben);
  const first = await say(alice, id, 'tomorow');
  const second = await say(alice, id, 'never said');
  if (first.id === undefined || second.id === undefined) throw new Error('not stored');
  await seen(ben, id, 'never said');
  await alice.client.edit(id, first.id, { text: 'tomorrow' });
  await alice.client.remove(id, second.id);
  await seen(ben, id, 'tomorrow');
  await until(ben.client, () => ben.client.timeline(id).entries.some(({ kind }) => kind === 'deleted'), id);
  expect(textsOf(ben.client, id)).toEqual(['tomorrow']);
  await expect(ben.client.edit(id, first.id, { text: 'mine' })).rejects.toMatchObject({ code: 'core/forbidden' });
});

it('renames a room', async () => {
  const id = await room('Old name', ben);
  await alice.client.rooms.rename(id, 'New name');
  await until(ben.client, () => {
    const title = ben.client.snapshot().rooms.find((one) => one.id === id)?.title;
    return title?.state === 'open' && title.value === 'New name';
  });
});

it('counts what others wrote after the read marker, on every device', async () => {
  const id = await room('Unread', ben);
  await say(alice, id, 'one');
  await say(alice, id, 'two');
  await seen(ben, id, 'two');
  const unread = () => ben.client.snapshot().rooms.find((one) => one.id === id)?.unread;
  await until(ben.client, () => unread() === 2);
  const other = await withSession(ben.session);
  await ben.client.rooms.markRead(id);
  expect(unread()).toBe(0);
  await until(other.client, () => other.client.snapshot().rooms.find((one) => one.id === id)?.unread === 0);
  await other.close();
});

it('pages through a long history in both directions without a hole', async () => {
  const id = await room('Long', ben);
  for (let n = 1; n <= 130; n += 1) await alice.client.send(id, { text: `line ${n}` });
  await until(alice.client, () => alice.client.snapshot().unsent === 0);
  const fresh = await withSession(ben.session);
  await fresh.client.rooms.open(id);
  expect(fresh.client.timeline(id).hasOlder).toBe(true);
  while (fresh.client.timeline(id).hasOlder) await fresh.client.history.older(id);
  await until(fresh.client, () => textsOf(fresh.client, id).length === 130, id);
  expect(textsOf(fresh.client, id)).toEqual(Array.from({ length: 130 }, (_, n) => `line ${n + 1}`));
  await fresh.client.history.around(id, 20);
  expect(fresh.client.timeline(id).hasNewer).toBe(true);
  while (fresh.client.timeline(id).hasNewer) await fresh.client.history.newer(id);
  const positions = fresh.client.timeline(id).entries.map(({ position }) => position ?? 0);
  expect(positions).toEqual(positions.map((_, at) => (positions[0] ?? 0) + at));
  await fresh.close();
});

it('stores a message once although the first answers are lost (idempotent retry)', async () => {
  const platform = hostilePlatform();
  const shaky = await withSession(alice.session, undefined, platform);
  const id = await room('Twice', ben);
  await until(shaky.client, () => shaky.client.snapshot().rooms.some((one) => one.id === id));
  let lost = 0;
  platform.hostility = {
    after: (url, init) => {
      if (init?.method !== 'POST' || !url.endsWith('/activities') || lost >= 3) return;
      lost += 1;
      throw new TypeError('connection reset');
    },
  };
  await say(shaky, id, 'only once');
  expect(lost).toBe(3);
  platform.hostility = {};
  await seen(ben, id, 'only once');
  expect(textsOf(ben.client, id)).toEqual(['only once']);
  await shaky.close();
});

it('sends what was written before a restart, from the outbox in the store', async () => {
  const platform = hostilePlatform();
  const first = await withSession(alice.session, undefined, platform);
  const id = await room('Outbox', ben);
  await until(first.client, () => first.client.snapshot().rooms.some((one) => one.id === id));
  platform.hostility = {
    before: (url) => {
      if (url.endsWith('/activities')) throw new TypeError('no route');
    },
  };
  await first.client.send(id, { text: 'first' });
  await first.client.send(id, { text: 'second' });
  expect(first.client.timeline(id).entries.map((entry) => [textOf(entry), entry.send.state])).toEqual(
    expect.arrayContaining([
      ['first', 'sending'],
      ['second', 'sending'],
    ]),
  );
  await first.close();
  const again = await withSession(alice.session, first.store);
  await seen(ben, id, 'second');
  expect(textsOf(ben.client, id)).toEqual(['first', 'second']);
  await again.close();
});
