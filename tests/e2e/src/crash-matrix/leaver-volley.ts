import { openAdministration } from '@cloister/sdk';
import type { Constellation } from '@cloister/testkit';
import type { RoomId } from '@cloister/wire';
import { expect } from 'vitest';
import { inDatabase } from '../canary/databases.ts';
import { insist, isIn } from '../crash/change.ts';
import { readRoomLog } from '../crash/room-log.ts';
import { type SdkPerson, sdkPerson, until } from '../sdk/sdk-person.ts';
import { type FaultName, faults } from './faults.ts';
import { checkHalves, untilDecided, untilRemoved } from './halves.ts';
import { lanes, type MatrixRoom } from './rooms.ts';
import type { StepName } from './step-name.ts';
import { allFired, opened, patience, type Surroundings, saying } from './volley.ts';

/**
 * Steps of the removal of somebody who left the organisation from one room. The key server removes from four rooms at a time,
 * so three of them may stand still there; the core writes in four lanes.
 */
export const leaverSteps: readonly StepName[] = [
  'kms: leaver found',
  'kms: audited, not committed',
  'kms: leaver removed',
  'core: removal received',
  'core: removal not written',
  'core: removal written, not committed',
  'core: committed, nobody told',
  'core: removal not answered',
];
/** The others leave what these leave, and are for test:deep. */
export const leaverFaults: readonly FaultName[] = [
  'kill core',
  'kill kms',
  'kill postgres',
  'lose the answer of a commit',
  'stop core',
  'stop kms',
];
const inLane: readonly StepName[] = leaverSteps.slice(4, 7);
/** Where the key server is told of a resource, not of its room. */
const ofResource = (step: StepName): boolean => step.startsWith('kms: ');

/** One of the leaver's rooms, with the step at which their removal from it stands. */
interface Place {
  readonly room: MatrixRoom;
  readonly step: StepName;
  /** How often they were removed from it before. */
  readonly times: number;
}

/**
 * Chloe leaves the organisation: her removal from each of her rooms stands at a step of its own when the fault strikes.
 * Nobody asks for these removals, so nobody asks again either: what is checked is what the servers do by themselves.
 */
export const runLeaverVolley = async (
  around: Surroundings,
  fault: FaultName,
  steps: readonly StepName[],
): Promise<readonly RoomId[]> => {
  const { all, failpoints, line, people, rooms, said, notes } = around;
  await failpoints.reset();
  rooms.abandon();
  line.release();
  const leaver = await comesBack(around);
  const places = await place(around, leaver, steps);
  const resources = await resourcesOf(all);
  const stands = await failpoints.arm(
    places.map(({ room: { id }, step }) => ({
      step,
      kind: 'remove',
      roomId: ofResource(step) ? (resources.get(id) ?? null) : id,
    })),
  );
  await openAdministration(people.alice.session).changePerson(leaver.id, { active: false });
  await allFired(stands);
  const speech = places.map(({ room }) => saying(people.aoi, room.id));
  notes.note(`${fault}: ${leaver.id.slice(0, 4)} leaves, at ${steps.join('; ')}`);
  const inCore = places.filter(({ step }) => !ofResource(step)).map(({ room }) => room.id);
  await faults[fault](all, {
    gone: async () => {},
    go: () => {
      for (const stand of stands) stand.go();
    },
    answered: () => untilRemoved(all, 'core', leaver.id, inCore, AbortSignal.timeout(patience)),
  });
  const ids = places.map(({ room }) => room.id);
  for (const side of ['core', 'kms'] as const) {
    await untilRemoved(all, side, leaver.id, ids, AbortSignal.timeout(patience));
  }
  await untilDecided(all, AbortSignal.timeout(patience));
  notes.note('removed');
  said.push(...(await Promise.all(speech)));
  for (const id of ids) await until(people.alice.client, () => !isIn(people.alice, id, leaver));
  said.push(...(await Promise.all(ids.map((id) => saying(people.alice, id)))));
  await checkHalves(all);
  for (const { room, times } of places) expect(await timesRemoved(around, leaver, room.id)).toEqual(bothOf(times + 1));
  notes.note('checked');
  rooms.free();
  await leaver.close();
  return ids;
};

/** Made active again: she is in no room any more, and knows what she knew. */
export const comesBack = async ({
  all,
  people,
  notes,
}: Pick<Surroundings, 'all' | 'people' | 'notes'>): Promise<SdkPerson> => {
  const { id } = all.person('chloe');
  const administration = openAdministration(people.alice.session);
  await insist(notes, 'active again', () => administration.changePerson(id as SdkPerson['id'], { active: true }));
  return insist(notes, 'signed in again', () => sdkPerson(all, 'chloe'));
};

/** Rooms where she is, and where everybody has a key; those that will hold one of the core's lanes get one each. */
const place = async (around: Surroundings, leaver: SdkPerson, steps: readonly StepName[]): Promise<Place[]> => {
  const { rooms, people, said, notes } = around;
  let lane = 0;
  const places: Place[] = [];
  for (const step of steps) {
    const state = { hasBen: true, moderated: places.length % 2 === 1 };
    const room = await rooms.take(notes, state, inLane.includes(step) ? lane++ : lanes - 1);
    await opened(people, room);
    const times = await timesRemoved(around, leaver, room.id);
    expect(times).toEqual(bothOf(times.inCore));
    await insist(notes, 'add the leaver', async () => {
      if (!isIn(people.alice, room.id, leaver)) await people.alice.client.rooms.add(room.id, [leaver.id]);
    });
    await until(leaver.client, () => isIn(leaver, room.id, leaver));
    said.push(await saying(people.alice, room.id));
    places.push({ room, step, times: times.inCore });
  }
  return places;
};

const bothOf = (count: number) => ({ inCore: count, inKms: count });

/** How often the room's log says that she left the organisation, and how often the key server removed her for it. */
const timesRemoved = async ({ all, people }: Surroundings, leaver: SdkPerson, roomId: RoomId) => {
  const { log } = await readRoomLog(all.endpoints.core, people.alice.session, roomId);
  const entries = log.filter(
    ({ verb, object, reason }) => verb === 'leave' && object?.id === leaver.id && reason === 'left-organisation',
  );
  const removals = await inDatabase(all, 'acme_kms', (client) =>
    client.query(
      'select from leaver_removal join resource using (resource_id) where room_id = $1 and subject_id = $2 and not undelivered',
      [roomId, leaver.id],
    ),
  );
  return { inCore: entries.length, inKms: removals.rowCount };
};

const resourcesOf = async (all: Constellation): Promise<ReadonlyMap<string, string>> => {
  const { rows } = await inDatabase(all, 'acme_kms', (client) =>
    client.query<{ room: string; resource: string }>(
      'select room_id as room, resource_id as resource from resource where room_id is not null',
    ),
  );
  return new Map(rows.map(({ room, resource }) => [room, resource]));
};
