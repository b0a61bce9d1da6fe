import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Constellation, constellation } from '@cloister/testkit';
import type { RoomId } from '@cloister/wire';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { chanceFrom, passes, seed } from './crash/chance.ts';
import { checkFate, checkHistory, checkLog, checkSaid } from './crash/check-room.ts';
import { getsNothingNew } from './crash/gets-nothing-new.ts';
import { journal } from './crash/journal.ts';
import { readRoomLog } from './crash/room-log.ts';
import type { Said } from './crash/traffic.ts';
import { AskerLine } from './crash-matrix/asker-line.ts';
import { Failpoints } from './crash-matrix/failpoints.ts';
import { faultNames } from './crash-matrix/faults.ts';
import { comesBack, leaverFaults, leaverSteps, runLeaverVolley } from './crash-matrix/leaver-volley.ts';
import { doubles, nameOf, sampleOf, singles, type Volley } from './crash-matrix/plan.ts';
import { type MatrixRoom, type People, Rooms } from './crash-matrix/rooms.ts';
import { runVolley } from './crash-matrix/volley.ts';
import { sdkPerson, withSession } from './sdk/sdk-person.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloister-steps-'));
const line = new AskerLine();
const said: Said[] = [];
let all: Constellation;
let failpoints: Failpoints;
let people: People;
let rooms: Rooms;
/** Rooms that Chloe was removed from when she left the organisation. */
const leftByChloe = new Set<string>();

beforeAll(async () => {
  failpoints = await Failpoints.open(join(folder, 's'));
  all = await constellation({ nodeArguments: failpoints.nodeArguments });
  const { platform } = line;
  const [alice, aoi, ben] = await Promise.all([
    sdkPerson(all, 'alice', { platform }),
    sdkPerson(all, 'aoi'),
    sdkPerson(all, 'ben', { platform }),
  ]);
  people = { alice, aoi, ben };
  rooms = new Rooms(people);
});
afterAll(async () => {
  await Promise.all(Object.values(people ?? {}).map((person) => person.close()));
  failpoints?.close();
  await all?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const strikes = (volleys: readonly Volley[]): void => {
  for (const [faults, group] of Map.groupBy(volleys, (volley) => volley.faults.join(', then '))) {
    group.forEach((volley, index) => {
      it(`${faults} (${index + 1} of ${group.length}): ${volley.cells.length} operations, each at a step of its own`, async () => {
        const notes = journal(all);
        await runVolley({ all, failpoints, line, people, rooms, said, notes }, volley);
      });
    });
  }
};

const only = process.env.CLOISTER_CELL;
const isChosen = (cell: string): boolean => only === undefined || cell.includes(only);
/** As in test:deep, or when one cell is asked for. */
const everything = only !== undefined || passes > 1;
const chosen = (volleys: readonly Volley[]) =>
  only === undefined
    ? volleys
    : volleys.flatMap(({ faults, cells }) =>
        cells
          .filter((cell) => isChosen(`${faults.join(', then ')}: ${nameOf(cell)}`))
          .map((cell) => ({ faults, cells: [cell] })),
      );

/** A description of nothing is a failure: one cell alone leaves some without any. */
const describeIfAny = <T>(what: string, some: readonly T[], test: (some: readonly T[]) => void): void => {
  if (some.length > 0) describe(what, () => test(some));
};

describeIfAny(
  'core and key server agree after a fault at any step of a two-part change (R326, R333)',
  chosen(singles()),
  strikes,
);

describeIfAny(
  'and after a second fault while they recover (R326, R333)',
  chosen(everything ? doubles() : sampleOf(doubles(), chanceFrom(seed))),
  strikes,
);

const leavings = (everything ? faultNames : leaverFaults).flatMap((fault) => {
  const steps = leaverSteps.filter((step) => isChosen(`${fault}: leave the organisation at "${step}"`));
  return steps.length === 0 ? [] : [{ fault, steps }];
});

describeIfAny(
  'and after a fault at any step of the removals of who leaves the organisation (R326, R332, R333)',
  leavings,
  (some) => {
    for (const { fault, steps } of some) {
      it(`${fault}: ${steps.length} removals, each at a step of its own`, async () => {
        const around = { all, failpoints, line, people, rooms, said, notes: journal(all) };
        for (const id of await runLeaverVolley(around, fault, steps)) leftByChloe.add(id);
      });
    }
  },
);

it('has the whole history of every room in the end, and nothing new for who was removed (R326, R333)', async () => {
  const { alice, aoi, ben } = people;
  const fresh = await withSession(alice.session);
  for (const { id } of rooms.all) {
    const told = await readRoomLog(all.endpoints.core, alice.session, id);
    const here = said.filter(({ roomId }) => roomId === id);
    checkLog(told);
    checkSaid(told, here);
    await checkFate(fresh, id);
    await checkHistory(fresh, told, here);
    await checkHistory(aoi, told, here);
  }
  await fresh.close();
  // Even a core that shows them everything: the key server refuses every key that was made after they went.
  // The last message of each of these rooms was written after they went.
  await getsNothingNew(ben, people.alice, idsOf(rooms.all.filter(({ hasBen }) => !hasBen)));
  const chloe = await comesBack({ all, people, notes: journal(all) });
  await getsNothingNew(chloe, people.alice, idsOf(rooms.all.filter(({ id }) => leftByChloe.has(id))));
  await chloe.close();
});

const idsOf = (of: readonly MatrixRoom[]): RoomId[] => of.map(({ id }) => id);
