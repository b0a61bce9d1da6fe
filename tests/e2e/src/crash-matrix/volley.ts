import type { Constellation } from '@cloister/testkit';
import { CloisterError, type RoomId } from '@cloister/wire';
import { expect } from 'vitest';
import { insist } from '../crash/change.ts';
import type { Journal } from '../crash/journal.ts';
import type { Said } from '../crash/traffic.ts';
import type { SdkPerson } from '../sdk/sdk-person.ts';
import type { AskerLine } from './asker-line.ts';
import type { Failpoints, Stand, Stop } from './failpoints.ts';
import { faults, type Strike } from './faults.ts';
import { checkHalves, untilDecided } from './halves.ts';
import { finish, operations } from './operations.ts';
import { type Cell, holdsLane, nameOf, type Volley } from './plan.ts';
import type { MatrixRoom, People, Rooms } from './rooms.ts';

export interface Surroundings {
  readonly all: Constellation;
  readonly failpoints: Failpoints;
  readonly line: AskerLine;
  readonly people: People;
  readonly rooms: Rooms;
  /** Every message that was reported as sent, from the first volley on. */
  readonly said: Said[];
  readonly notes: Journal;
}

/** Something that was asked for, and will stand still. */
interface Asked {
  readonly name: string;
  readonly stand: Stand;
  readonly asked: Promise<PromiseSettledResult<RoomId>>;
}

/** A cell whose operation was asked for. */
interface Shot extends Asked {
  readonly cell: Cell;
  /** Null for a new one, until it is made. */
  room: MatrixRoom | null;
  /** The room that the asker was answered with. */
  answered?: RoomId;
  settled?: true;
}

export const patience = 60_000;

/** Strikes the volley's cells and checks what became of each. */
export const runVolley = async (around: Surroundings, { faults: [first, second], cells }: Volley): Promise<void> => {
  const { all, failpoints, line, people, rooms, said, notes } = around;
  if (first === undefined) throw new Error('a volley needs a fault');
  await failpoints.reset();
  rooms.abandon();
  line.release();
  const shots = await launch(around, cells);
  const speech = shots.flatMap(({ room }) => (room === null ? [] : [saying(people.aoi, room.id)]));
  let laterStands: Stand[] = [];
  notes.note(`${first}: ${cells.map(nameOf).join('; ')}`);
  await strike(
    around,
    faults[first],
    shots.map(({ stand }) => stand),
    async () => {
      laterStands = await failpoints.arm(await Promise.all(shots.flatMap(laterStop)));
    },
  );
  if (second !== undefined) {
    await allFired(laterStands);
    notes.note(`then ${second}`);
    await strike(around, faults[second], laterStands);
  }
  await untilDecided(all, AbortSignal.timeout(patience));
  notes.note('decided');
  line.release();
  await within(Promise.all(shots.map((shot) => settle(around, shot))), () => unsettled(around, shots));
  notes.note('asked until it was done');
  said.push(...(await Promise.all(speech)));
  said.push(
    ...(await Promise.all(shots.flatMap(({ room }) => (room === null ? [] : [saying(people.alice, room.id)])))),
  );
  await untilDecided(all, AbortSignal.timeout(patience));
  await checkHalves(all);
  notes.note('checked');
  rooms.free();
};

/** A cell with the room it gets, and the lane that it will hold. */
interface Placed {
  readonly cell: Cell;
  readonly room: MatrixRoom | null;
  readonly lane: number | null;
}

/** Rooms for all cells, before anything stands still; those that will hold a lane get one each. */
const place = async ({ rooms, people, notes }: Surroundings, cells: readonly Cell[]): Promise<Placed[]> => {
  let lane = 0;
  const placed: Placed[] = [];
  for (const cell of cells) {
    const { from } = operations[cell.operation];
    const own = holdsLane(cell) ? lane++ : null;
    const room = from === null ? null : await rooms.take(notes, from, own);
    if (room !== null) await opened(people, room);
    placed.push({ cell, lane: own, room });
  }
  return placed;
};

/** Shown on a screen, so that every message that is sent shows there. */
export const opened = async ({ alice, aoi }: People, { id }: MatrixRoom): Promise<void> => {
  for (const { client } of [alice, aoi]) await client.rooms.open(id);
};

/** Asks for every operation and waits until each stands at its step: one that does not would leave its cell unproved. */
const launch = async (around: Surroundings, cells: readonly Cell[]): Promise<Shot[]> => {
  const placed = await place(around, cells);
  around.line.hold();
  const prompt: Shot[] = [];
  for (const one of placed.filter(({ lane }) => lane === null)) prompt.push(await ask(around, one));
  await allStand(prompt);
  const inLane: Shot[] = [];
  for (const one of placed.filter(({ lane }) => lane !== null)) {
    const shot = await ask(around, one);
    await allStand([shot]);
    inLane.push(shot);
  }
  return [...prompt, ...inLane];
};

const ask = async ({ failpoints, line, people }: Surroundings, { cell, room, lane }: Placed): Promise<Shot> => {
  const { kind, ask } = operations[cell.operation];
  const name = nameOf(cell);
  line.newRoomsIn(lane);
  const asked = { name, step: cell.step, kind, room, ask: () => ask(people, room) };
  return { name, cell, room, ...(await askedToStand(failpoints, line, asked)) };
};

/** What is asked for, and where it shall stand still. */
interface ToStand extends Pick<Stop, 'step' | 'at' | 'kind'> {
  readonly name: string;
  readonly room: Pick<MatrixRoom, 'id'> | null;
  readonly ask: () => Promise<RoomId>;
}

/** Asks, and arms the step before the servers hear of it: by the room's id, since others of its kind pass there, too. */
export const askedToStand = async (
  failpoints: Failpoints,
  line: AskerLine,
  { name, room, ask, ...stop }: ToStand,
): Promise<Pick<Asked, 'stand' | 'asked'>> => {
  const arm = async (roomId: string): Promise<Stand> => {
    const [stand] = await failpoints.arm([{ ...stop, roomId }]);
    if (stand === undefined) throw new Error('not armed');
    return stand;
  };
  const settled = async () => (await Promise.allSettled([ask()]))[0];
  if (room !== null) return { stand: await arm(room.id), asked: settled() };
  const expected = line.newRoom();
  const asked = settled();
  const { id, pass } = await Promise.race([expected, asked.then((outcome) => tooEarly(name, outcome))]);
  const stand = await arm(id);
  pass();
  return { stand, asked };
};

const tooEarly = (name: string, outcome: PromiseSettledResult<RoomId>): never => {
  throw new Error(`${name} was over before it came there`, {
    cause: outcome.status === 'rejected' ? outcome.reason : undefined,
  });
};

/** Who was answered before they stood will never stand. */
export const allStand = async (shots: readonly Asked[]): Promise<void> => {
  const over = shots.map(async ({ name, asked, stand }) => {
    const outcome = await asked;
    // One that stands may be over for its asker: the core asked what became of it.
    return stand.stands ? new Promise<never>(() => {}) : tooEarly(name, outcome);
  });
  // They are asked for long after these steps, too.
  for (const early of over) early.catch(() => {});
  await Promise.race([allFired(shots.map(({ stand }) => stand)), ...over]);
};

const laterStop = ({ cell: { operation, later }, stand }: Shot) =>
  later === undefined
    ? []
    : [stand.fired.then((roomId) => ({ step: later, kind: operations[operation].kind, roomId }))];

export const allFired = async (stands: readonly Stand[]): Promise<void> => {
  const missing = () =>
    stands.filter(({ stands: fired }) => !fired).map(({ stop }) => `${stop.kind} at "${stop.step}"`);
  await within(Promise.all(stands.map(({ fired }) => fired)), () => `never came: ${missing().join('; ')}`);
};

const strike = (
  { all, line }: Surroundings,
  fault: Strike,
  stands: readonly Stand[],
  gone: () => Promise<void> = async () => {},
): Promise<void> =>
  fault(all, {
    gone,
    go: () => {
      for (const stand of stands) stand.go();
    },
    answered: async () => {
      for (const { fired } of stands) await line.answered(await fired);
    },
  });

/** Fails with a description when it takes longer than anything here should. */
export const within = async <T>(work: Promise<T>, describe: () => string): Promise<T> => {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(describe())), patience);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
};

/** Who waits for what. */
const unsettled = ({ people }: Surroundings, shots: readonly Shot[]): string =>
  shots
    .filter(({ settled }) => !settled)
    .map(({ cell, room, answered }) => {
      const seen = Object.entries<SdkPerson>({ ...people }).map(([name, { client }]) => {
        const { rooms, connection } = client.snapshot();
        const found = rooms.find(({ id }) => id === (room?.id ?? answered));
        return `${name}, ${connection.state}, sees ${JSON.stringify(found)}`;
      });
      return `${nameOf(cell)} in ${room?.id ?? answered}: ${seen.join('; ')}`;
    })
    .join('\n');

/** The asker's promise is kept, or says clearly that nothing was decided; then asking again does it. */
const settle = async ({ people, rooms, notes }: Surroundings, shot: Shot): Promise<void> => {
  const outcome = await shot.asked;
  const operation = operations[shot.cell.operation];
  if (outcome.status === 'rejected') {
    const { reason } = outcome;
    notes.note(`${nameOf(shot.cell)}: ${reason instanceof CloisterError ? reason.code : reason}`);
    expect(reason, nameOf(shot.cell)).toBeInstanceOf(CloisterError);
    expect(
      (reason as CloisterError).status,
      `${nameOf(shot.cell)}: ${(reason as CloisterError).code}`,
    ).toBeGreaterThanOrEqual(500);
    shot.room ??= await rooms.found(await insist(notes, 'create again', () => operation.ask(people, null)));
  } else {
    shot.answered = outcome.value;
    shot.room ??= await rooms.found(outcome.value);
  }
  await finish(notes, people, operation, shot.room);
  await opened(people, shot.room);
  Object.assign(shot.room, operation.to);
  shot.settled = true;
};

let count = 0;

/** A message that must be sent in the end, since its author stays in the room. */
export const saying = async (author: SdkPerson, roomId: RoomId): Promise<Said> => {
  const text = `message ${++count} of ${author.id.slice(0, 4)}`;
  const { id, position } = await author.client.sent(roomId, await author.client.send(roomId, { text }));
  if (id === undefined || position === undefined) throw new Error(`"${text}" was sent but has no place`);
  return { roomId, author, text, id, position };
};
