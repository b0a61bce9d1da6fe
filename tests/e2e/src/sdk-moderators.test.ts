import type { Constellation } from '@cloister/testkit';
import type { RoomId, UserId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gather } from './sdk/gather.ts';
import { eventsSeen, type SdkPerson, say, seen, until } from './sdk/sdk-person.ts';

let all: Constellation;
let alice: SdkPerson;
let ben: SdkPerson;
let aoi: SdkPerson;
let end: () => Promise<void>;

beforeAll(async () => {
  ({ all, alice, ben, aoi, end } = await gather(['alice', 'ben', 'aoi']));
});
afterAll(() => end?.());

/** A room of Alice, Ben and Aoi that Alice moderates. */
const moderated = async (title: string): Promise<RoomId> => {
  const id = await alice.client.rooms.create({ title, people: [ben.id, aoi.id] });
  await alice.client.rooms.appoint(id, alice.id);
  await knows(ben, id, [alice.id]);
  await knows(aoi, id, [alice.id]);
  return id;
};

const view = (person: SdkPerson, id: RoomId) => person.client.snapshot().rooms.find((room) => room.id === id);

const knows = (person: SdkPerson, id: RoomId, moderators: readonly UserId[]) =>
  until(person.client, () => view(person, id)?.moderators.toSorted().join() === moderators.toSorted().join());

const refusal = { code: 'core/moderators-only' };

it('leaves title and people to moderators alone once there is one (R447)', async () => {
  const id = await moderated('Council');
  const chloe = all.person('chloe').id as UserId;
  await expect(ben.client.rooms.add(id, [chloe])).rejects.toMatchObject(refusal);
  await expect(ben.client.rooms.remove(id, aoi.id)).rejects.toMatchObject(refusal);
  await expect(ben.client.rooms.rename(id, 'Mine')).rejects.toMatchObject(refusal);
  await expect(ben.client.rooms.appoint(id, ben.id)).rejects.toMatchObject(refusal);
  await expect(ben.client.rooms.dismiss(id, alice.id)).rejects.toMatchObject(refusal);
  expect(view(alice, id)).toMatchObject({ people: expect.arrayContaining([alice.id, ben.id, aoi.id]), pending: [] });
  const { people, unexplained, cannotRead } = await alice.client.rooms.whoCanRead(id);
  expect([people.length, unexplained, cannotRead]).toEqual([3, [], []]);
  await alice.client.rooms.add(id, [chloe]);
  await alice.client.rooms.remove(id, chloe);
  await alice.client.rooms.rename(id, 'The council');
  await say(ben, id, 'Anybody may still write');
  await seen(aoi, id, 'Anybody may still write');
});

it('lets a moderator appoint and dismiss others, inline with who did it (R331, R447)', async () => {
  const id = await moderated('Two chairs');
  await alice.client.rooms.appoint(id, ben.id);
  await knows(ben, id, [alice.id, ben.id]);
  await ben.client.rooms.dismiss(id, alice.id);
  await knows(alice, id, [ben.id]);
  await expect(alice.client.rooms.rename(id, 'Mine again')).rejects.toMatchObject(refusal);
  await aoi.client.rooms.open(id);
  const changes = await eventsSeen(aoi, id, ['appointed', 'dismissed'], 3);
  expect(changes).toEqual([
    ['appointed', alice.id, alice.id],
    ['appointed', alice.id, ben.id],
    ['dismissed', ben.id, alice.id],
  ]);
});

it('lets everybody leave a moderated room, and opens it again when the last moderator is gone (R447)', async () => {
  const id = await moderated('Open again');
  await aoi.client.rooms.leave(id);
  await until(alice.client, () => view(alice, id)?.people.length === 2);
  await alice.client.rooms.leave(id);
  await knows(ben, id, []);
  await ben.client.rooms.rename(id, 'Mine now');
  await ben.client.rooms.add(id, [aoi.id]);
  await until(aoi.client, () => view(aoi, id) !== undefined);
  expect(view(aoi, id)?.moderators).toEqual([]);
});

it('makes no key stale when moderators change, and counts a removed moderator as none (R313, R447)', async () => {
  const id = await alice.client.rooms.create({ title: 'Keys', people: [ben.id] });
  await say(alice, id, 'before');
  await alice.client.rooms.appoint(id, alice.id);
  await alice.client.rooms.appoint(id, ben.id);
  await say(alice, id, 'after');
  await alice.client.rooms.open(id);
  const keysMade = () => alice.client.timeline(id).entries.filter(({ kind }) => kind === 'key-changed').length;
  expect(keysMade()).toBe(0);
  await alice.client.rooms.remove(id, ben.id);
  await alice.client.rooms.add(id, [ben.id]);
  await until(ben.client, () => view(ben, id) !== undefined);
  await expect(ben.client.rooms.rename(id, 'Still chair?')).rejects.toMatchObject(refusal);
});
