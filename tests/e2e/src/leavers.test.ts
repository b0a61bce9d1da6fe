import { openAdministration } from '@cloister/sdk';
import type { Constellation } from '@cloister/testkit';
import type { RoomId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gather } from './sdk/gather.ts';
import { type SdkPerson, say, sdkPerson, until } from './sdk/sdk-person.ts';

let all: Constellation;
let alice: SdkPerson;
let ben: SdkPerson;
let end: () => Promise<void>;

beforeAll(async () => {
  ({ all, alice, ben, end } = await gather(['alice', 'ben']));
});
afterAll(() => end?.());

const roomOf = (person: SdkPerson, id: RoomId) => person.client.snapshot().rooms.find((room) => room.id === id);

/** Rooms of Alice, Ben and the leaver, where everybody has written, so that there are keys to go stale. */
const rooms = async (leaver: SdkPerson, count: number): Promise<RoomId[]> => {
  const ids: RoomId[] = [];
  for (let index = 0; index < count; index++) {
    const id = await alice.client.rooms.create({ title: `Room ${index}`, people: [ben.id, leaver.id] });
    await say(alice, id, 'before');
    ids.push(id);
  }
  return ids;
};

const disable = (person: SdkPerson) => openAdministration(alice.session).changePerson(person.id, { active: false });

/** Gone from the roster, as the others see it, and from the key server's list. */
const isGone = async (leaver: SdkPerson, id: RoomId) => {
  await until(ben.client, () => roomOf(ben, id)?.people.includes(leaver.id) === false, id);
  const { people, unexplained, cannotRead } = await ben.client.rooms.whoCanRead(id);
  expect(people).not.toContain(leaver.id);
  expect([unexplained, cannotRead]).toEqual([[], []]);
};

it('removes who leaves the organisation from every room, whoever moderates it, and says who did it (R332, R333)', async () => {
  const chloe = await sdkPerson(all, 'chloe');
  const ids = await rooms(chloe, 6);
  const [moderated] = ids;
  if (moderated === undefined) throw new Error('no room');
  await alice.client.rooms.appoint(moderated, ben.id);
  const direct = await ben.client.rooms.direct(chloe.id);
  await say(ben, direct, 'just us');
  await disable(chloe);
  for (const id of [...ids, direct]) await isGone(chloe, id);
  await ben.client.rooms.open(moderated);
  const entry = await until(
    ben.client,
    () => ben.client.timeline(moderated).entries.find(({ kind }) => kind === 'left'),
    moderated,
  );
  expect(entry).toMatchObject({ actor: alice.id, person: chloe.id, reason: 'left-organisation' });
  // Every key went stale (R313): the next message goes under a new one.
  expect((await ben.client.rooms.whoCanRead(moderated)).keys).toEqual([]);
  await say(ben, moderated, 'after');
  expect((await ben.client.rooms.whoCanRead(moderated)).keys).toHaveLength(1);
  expect(await ben.client.rooms.changes(moderated, 10)).toContainEqual(
    expect.objectContaining({ kind: 'remove', state: 'applied', actor: alice.id, subjects: [chloe.id] }),
  );
  await until(chloe.client, () => chloe.session.signedOut);
  await chloe.close();
});

it.each([
  ['the key server', 'acme-kms'],
  ['the core', 'core'],
])('finishes the removals of a leaver through a kill of %s (R326, R332)', async (_, server) => {
  const local = server === 'core' ? 'aoi' : 'minjun';
  const leaver = await sdkPerson(all, local);
  const ids = await rooms(leaver, 25);
  await disable(leaver);
  await all.deployment.kill(server, 'SIGKILL');
  await all.deployment.start(server);
  for (const id of ids) await isGone(leaver, id);
  for (const id of ids) {
    await ben.client.rooms.open(id);
    const left = await until(
      ben.client,
      () => {
        const entries = ben.client.timeline(id).entries.filter(({ kind }) => kind === 'left');
        return entries.length > 0 ? entries : undefined;
      },
      id,
    );
    expect(left).toHaveLength(1);
  }
  await leaver.close();
});

it('lets in again who came back, into no room that they were removed from (R332)', async () => {
  const [id] = alice.client.snapshot().rooms.filter(({ directWith }) => directWith === undefined);
  if (id === undefined) throw new Error('no room');
  const { id: chloe } = all.person('chloe');
  await openAdministration(alice.session).changePerson(chloe as never, { active: true });
  const back = await sdkPerson(all, 'chloe');
  expect(back.client.snapshot().rooms).toEqual([]);
  await alice.client.rooms.add(id.id, [back.id]);
  await until(back.client, () => roomOf(back, id.id) !== undefined);
  await say(back, id.id, 'here again');
  await back.close();
});
