import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Constellation, constellation } from '@cloister/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chanceFrom, passes, seed } from './crash/chance.ts';
import { checkFate, checkHistory, checkLog, checkSaid } from './crash/check-room.ts';
import { colludingPlatform } from './crash/colluding-platform.ts';
import { journal } from './crash/journal.ts';
import { readRoomLog } from './crash/room-log.ts';
import type { Said } from './crash/traffic.ts';
import { AskerLine } from './crash-matrix/asker-line.ts';
import { Failpoints } from './crash-matrix/failpoints.ts';
import { doubles, nameOf, sampleOf, singles, type Volley } from './crash-matrix/plan.ts';
import { type People, Rooms } from './crash-matrix/rooms.ts';
import { runVolley } from './crash-matrix/volley.ts';
import { sdkPerson, until, withSession } from './sdk/sdk-person.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloister-steps-'));
const line = new AskerLine();
const said: Said[] = [];
let all: Constellation;
let failpoints: Failpoints;
let people: People;
let rooms: Rooms;

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

const strikes = (volleys: readonly Volley[]) => {
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
/** As in test:deep, or when one cell is asked for. */
const everything = only !== undefined || passes > 1;
const chosen = (volleys: readonly Volley[]) =>
  only === undefined
    ? volleys
    : volleys.flatMap(({ faults, cells }) =>
        cells
          .filter((cell) => `${faults.join(', then ')}: ${nameOf(cell)}`.includes(only))
          .map((cell) => ({ faults, cells: [cell] })),
      );

describe('core and key server agree after a fault at any step of a two-part change (R326, R333)', () => {
  strikes(chosen(singles()));
});

describe('and after a second fault while they recover (R326, R333)', () => {
  strikes(chosen(everything ? doubles() : sampleOf(doubles(), chanceFrom(seed))));
});

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
  // Even a core that shows Ben everything: the key server refuses him every key that was made after he went.
  const helped = await withSession(ben.session, undefined, colludingPlatform(alice.session));
  for (const { id } of rooms.all.filter(({ hasBen }) => !hasBen)) {
    await helped.client.rooms.open(id);
    const newest = () => {
      const entry = helped.client.timeline(id).entries.findLast(({ kind }) => kind === 'message');
      return entry?.kind === 'message' && entry.content.state !== 'opening' ? entry : undefined;
    };
    expect(await until(helped.client, newest, id)).toMatchObject({
      content: { state: 'undecryptable', reason: 'removed' },
    });
  }
  await helped.close();
});
