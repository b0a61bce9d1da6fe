import { openAdministration } from '@cloister/sdk';
import type { RoomId } from '@cloister/wire';
import { expect } from 'vitest';
import { insist, isIn } from '../crash/change.ts';
import { readRoomLog } from '../crash/room-log.ts';
import { checkHalves, untilDecided, untilRemoved } from '../crash-matrix/halves.ts';
import { allFired, patience } from '../crash-matrix/volley.ts';
import { type SdkPerson, sdkPerson, until } from '../sdk/sdk-person.ts';
import { type FaultName, servers, strike } from './faults.ts';
import type { Place } from './plan.ts';
import { begin, heard, keyServers, roomsFor, type Surroundings } from './volley.ts';

/** Nobody asks and nobody is answered, so these faults end by themselves. */
export const leaverFaults = [
  'kill core',
  'kill own',
  'kill home',
  'kill core and own',
  'kill core and home',
  'kill own and home',
  'reset own',
  'reset home',
] as const satisfies readonly FaultName[];

/** Their own key server asks home for one room after the other, so one of them stands at a time. */
export const leaverPlaces: readonly Place[] = [
  { at: 'home', step: 'kms: leaver found' },
  { at: 'home', step: 'kms: audited, not committed' },
  { at: 'home', step: 'kms: leaver removed' },
  { at: 'core', step: 'core: removal received' },
  { at: 'core', step: 'core: removal written, not committed' },
  { at: 'core', step: 'core: removal not answered' },
];

/**
 * Ken leaves Globex: his removal from the first of his rooms at Acme stands at this step when the fault strikes. What is
 * checked is what the servers do by themselves.
 */
export const runLeaverVolley = async (around: Surroundings, fault: FaultName, { at, step }: Place): Promise<void> => {
  const { all, realms, failpoints, people, rooms, said, notes, measured } = around;
  const { grace } = people;
  await begin(around);
  const leaver = await comesBack(around);
  const taken = await roomsFor(around, ['leave', 'leave', 'leave']);
  const ids = taken.flatMap((room) => (room === null ? [] : [room.id]));
  for (const id of ids) {
    await insist(notes, 'add the leaver', async () => {
      if (!isIn(grace, id, leaver)) await grace.client.rooms.add(id, [leaver.id]);
    });
    await until(leaver.client, () => isIn(leaver, id, leaver));
  }
  const before = await timesRemoved(around, leaver, ids);
  const stands = await failpoints.arm([{ step, at: servers[at], kind: 'remove', roomId: null }]);
  await openAdministration(grace.session).changePerson(leaver.id, { active: false });
  await allFired(stands);
  notes.note(`${fault}: Ken leaves, at ${at}, "${step}"`);
  const go = () => {
    for (const stand of stands) stand.go();
  };
  await strike(fault, { all, realms, go, answered: async () => {} });
  const healed = performance.now();
  for (const side of ['core', 'kms'] as const) {
    await untilRemoved(all, side, leaver.id, ids, AbortSignal.timeout(patience));
  }
  await untilDecided(all, AbortSignal.timeout(patience));
  const decided = performance.now() - healed;
  await heard(people, said, ids);
  measured(`${fault} (leaver)`, decided, performance.now() - healed);
  await checkHalves(all, keyServers);
  expect(await timesRemoved(around, leaver, ids)).toEqual(before.map((times) => times + 1));
  rooms.free();
  await leaver.close();
};

/** Made active again: he is in no room of before. */
const comesBack = async ({ all, people, notes }: Surroundings): Promise<SdkPerson> => {
  const { id } = all.person('ken');
  const administration = openAdministration(people.grace.session);
  await insist(notes, 'active again', () => administration.changePerson(id as SdkPerson['id'], { active: true }));
  return insist(notes, 'signed in again', () => sdkPerson(all, 'ken'));
};

/** How often each room's log says that he left the organisation. */
const timesRemoved = ({ all, people }: Surroundings, leaver: SdkPerson, ids: readonly RoomId[]): Promise<number[]> =>
  Promise.all(
    ids.map(async (id) => {
      const { log } = await readRoomLog(all.endpoints.core, people.alice.session, id);
      return log.filter(
        ({ verb, object, reason }) => verb === 'leave' && object?.id === leaver.id && reason === 'left-organisation',
      ).length;
    }),
  );
