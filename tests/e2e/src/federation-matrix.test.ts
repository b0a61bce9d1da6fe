import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Constellation, constellation } from '@cloister/testkit';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { chanceFrom, passes, seed } from './crash/chance.ts';
import { checkFate, checkHistory, checkLog, checkSaid } from './crash/check-room.ts';
import { getsNothingNew } from './crash/gets-nothing-new.ts';
import { journal } from './crash/journal.ts';
import { readRoomLog } from './crash/room-log.ts';
import type { Said } from './crash/traffic.ts';
import { AskerLine } from './crash-matrix/asker-line.ts';
import { Failpoints } from './crash-matrix/failpoints.ts';
import { untilDecided } from './crash-matrix/halves.ts';
import { patience } from './crash-matrix/volley.ts';
import { faultNames, servers } from './federation-matrix/faults.ts';
import { leaverFaults, leaverPlaces, runLeaverVolley } from './federation-matrix/leaver-volley.ts';
import { messageFaultNames, roughTunnel } from './federation-matrix/message-faults.ts';
import { type MessageCell, runMessageVolley, runThrough } from './federation-matrix/message-volley.ts';
import { operationNames } from './federation-matrix/operations.ts';
import { everything, nameOf, singles, type Volley } from './federation-matrix/plan.ts';
import { type People, Rooms } from './federation-matrix/rooms.ts';
import { begin, runVolley, type Surroundings } from './federation-matrix/volley.ts';
import { hasNetworks } from './network/closed-network.ts';
import { ClosedRealm } from './network/closed-realm.ts';
import { sdkPerson, withSession } from './sdk/sdk-person.ts';

const only = process.env.CLOISTER_CELL;
const chance = chanceFrom(seed);
const line = new AskerLine();
const said: Said[] = [];
/** The longest of each, in milliseconds. */
const worst = new Map<string, { decided: number; live: number }>();

describe.skipIf(!hasNetworks)('core, own key server and home key server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-three-'));
  let all: Constellation;
  let realms: Surroundings['realms'];
  let failpoints: Failpoints;
  let people: People;
  let rooms: Rooms;

  beforeAll(async () => {
    failpoints = await Failpoints.open(join(folder, 's'), { names: Object.values(servers), patience: 4_000 });
    const [own, home] = await Promise.all([
      ClosedRealm.open('globex', { relayed: true }),
      ClosedRealm.open('acme', { relayed: true }),
    ]);
    realms = { own, home };
    all = await constellation({
      nodeArguments: failpoints.nodeArguments,
      startedBy: (server) => [...own.startedBy(server), ...home.startedBy(server)],
      configure: (server, config) => home.configure(server, own.configure(server, config)),
    });
    const { platform } = line;
    const [alice, grace, hugo] = await Promise.all([
      sdkPerson(all, 'alice'),
      sdkPerson(all, 'grace', { platform }),
      sdkPerson(all, 'hugo', { platform }),
    ]);
    people = { alice, grace, hugo };
    rooms = new Rooms(people);
  });
  afterAll(async () => {
    await Promise.all(Object.values(people ?? {}).map((person) => person.close()));
    failpoints?.close();
    await all?.stop();
    await Promise.all(Object.values(realms ?? {}).map((realm) => realm.close()));
    rmSync(folder, { recursive: true, force: true });
    const lines = [...worst].map(
      ([what, { decided, live }]) => `${what}: decided ${Math.round(decided)} ms, live ${Math.round(live)} ms\n`,
    );
    process.stderr.write(`\nat worst after the end of a fault:\n${lines.join('')}`);
  });

  const around = (): Surroundings => ({
    all,
    realms,
    failpoints,
    line,
    people,
    rooms,
    said,
    notes: journal(all),
    measured: (what, decided, live) => {
      const before = worst.get(what) ?? { decided: 0, live: 0 };
      worst.set(what, { decided: Math.max(before.decided, decided), live: Math.max(before.live, live) });
    },
  });
  /** As in test:deep, or when one cell is asked for. */
  const isWhole = only !== undefined || passes > 1;
  const volleys = (isWhole ? everything(chance) : singles(chance)).flatMap(({ fault, cells }): Volley[] => {
    const chosen = cells.filter((cell) => only === undefined || `${fault}: ${nameOf(cell)}`.includes(only));
    return chosen.length === 0 ? [] : [{ fault, cells: chosen }];
  });

  for (const fault of faultNames) {
    const group = volleys.filter((volley) => volley.fault === fault);
    group.forEach((volley, index) => {
      it(`agree after: ${fault} (${index + 1} of ${group.length}), ${volley.cells.length} changes, each at a step of its own (R326, R333)`, () =>
        runVolley(around(), volley));
    });
  }

  for (const fault of leaverFaults) {
    const places = isWhole ? leaverPlaces : [chance.pick(leaverPlaces)];
    for (const place of places.filter(
      ({ step }) => only === undefined || `${fault}: leaver at "${step}"`.includes(only),
    )) {
      it(`agree after: ${fault}, when somebody leaves Globex, at "${place.step}" (R326, R332, R333)`, () =>
        runLeaverVolley(around(), fault, place));
    }
  }

  const letters = operationNames
    .flatMap((operation) => messageFaultNames.map((fault): MessageCell => ({ operation, fault })))
    .filter(({ operation, fault }) => only === undefined || `${operation}, ${fault}`.includes(only));
  const sampled = isWhole ? letters : chance.shuffle(letters).slice(0, 2 * messageFaultNames.length);
  for (let from = 0; from < sampled.length; from += 24) {
    const cells = sampled.slice(from, from + 24);
    it(`agree although messages are lost, doubled and overtaken: ${cells.length} changes from ${from} (R326, R333)`, () =>
      runMessageVolley(around(), 'messages', cells));
  }

  it.skipIf(only !== undefined)('agree although the tunnel between them is slow and breaks (R326, R333)', () =>
    runThrough(around(), 'rough tunnel', [...operationNames, ...operationNames], roughTunnel(chance, pause)),
  );

  it('have the whole history of every room in the end, and nothing new for who was removed (R326, R333)', async () => {
    const { alice, grace, hugo } = people;
    // What a volley that was set up in vain left behind comes to its end first.
    await begin(around());
    await untilDecided(all, AbortSignal.timeout(patience));
    for (const person of [alice, grace]) {
      const fresh = await withSession(person.session);
      for (const { id } of rooms.all) {
        const told = await readRoomLog(all.endpoints.core, person.session, id);
        const here = said.filter(({ roomId }) => roomId === id);
        checkLog(told);
        checkSaid(told, here);
        await checkFate(fresh, id);
        await checkHistory(fresh, told, here);
      }
      await fresh.close();
    }
    // The last message of each of these rooms was written after he went.
    const without = rooms.all.filter(({ state }) => !state.hasHugo);
    await getsNothingNew(
      hugo,
      people.alice,
      without.map(({ id }) => id),
    );
  });
});
