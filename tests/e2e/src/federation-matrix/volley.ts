import type { Constellation } from '@cloister/testkit';
import { CloisterError, type RoomId } from '@cloister/wire';
import { expect } from 'vitest';
import { insist } from '../crash/change.ts';
import type { Journal } from '../crash/journal.ts';
import type { Said } from '../crash/traffic.ts';
import type { AskerLine } from '../crash-matrix/asker-line.ts';
import type { Failpoints, Stand } from '../crash-matrix/failpoints.ts';
import { checkHalves, untilDecided } from '../crash-matrix/halves.ts';
import { allStand, askedToStand, patience, saying, within } from '../crash-matrix/volley.ts';
import type { ClosedRealm } from '../network/closed-realm.ts';
import { type SdkPerson, until } from '../sdk/sdk-person.ts';
import { servers, strike } from './faults.ts';
import { finish, type OperationName, operations } from './operations.ts';
import { nameOf, type Volley } from './plan.ts';
import { known, type MatrixRoom, type People, type Rooms } from './rooms.ts';

export interface Surroundings {
  readonly all: Constellation;
  readonly realms: Readonly<Record<'own' | 'home', ClosedRealm>>;
  readonly failpoints: Failpoints;
  readonly line: AskerLine;
  readonly people: People;
  readonly rooms: Rooms;
  /** Every message that was reported as sent, from the first volley on. */
  readonly said: Said[];
  readonly notes: Journal;
  /** Milliseconds from the end of a fault until everything was decided, and until everybody heard everybody. */
  readonly measured: (what: string, decided: number, live: number) => void;
}

/** An operation that was asked for. */
export interface Shot {
  readonly name: string;
  readonly operation: OperationName;
  /** Null for a new one, until it is made. */
  room: MatrixRoom | null;
  readonly asked: Promise<PromiseSettledResult<RoomId>>;
}

export const keyServers = ['acme_kms', 'globex_kms', 'operator_kms'];

/** Strikes the volley's cells and checks what became of each. */
export const runVolley = async (around: Surroundings, { fault, cells }: Volley): Promise<void> => {
  const { all, realms, failpoints, line, notes } = around;
  await begin(around);
  const rooms = await roomsFor(
    around,
    cells.map(({ operation }) => operation),
  );
  line.hold();
  const stands: Stand[] = [];
  const shots: Shot[] = [];
  for (const [index, cell] of cells.entries()) {
    const { place, operation } = cell;
    const room = rooms[index] ?? null;
    const { kind, ask } = operations[operation];
    const name = nameOf(cell);
    const toStand = { name, step: place.step, at: servers[place.at], kind, room, ask: () => ask(around.people, room) };
    const { stand, asked } = await askedToStand(failpoints, line, toStand);
    stands.push(stand);
    shots.push({ name, operation, room, asked });
  }
  await allStand(shots.map(({ name, asked }, index) => ({ name, asked, stand: stands[index] as Stand })));
  notes.note(`${fault}: ${cells.map(nameOf).join('; ')}`);
  await strike(fault, {
    all,
    realms,
    go: () => {
      for (const stand of stands) stand.go();
    },
    answered: async () => {
      for (const { fired } of stands) await line.answered(await fired);
    },
  });
  await conclude(around, fault, shots);
};

export const begin = async ({ failpoints, rooms, line }: Surroundings): Promise<void> => {
  await failpoints.reset();
  rooms.abandon();
  line.release();
};

/** Before anything stands still. */
export const roomsFor = (
  { rooms, notes }: Surroundings,
  asked: readonly OperationName[],
): Promise<(MatrixRoom | null)[]> =>
  Promise.all(
    asked.map((operation) => {
      const { from } = operations[operation];
      return from === null ? null : rooms.take(notes, from);
    }),
  );

export const ask = (
  { people }: Surroundings,
  name: string,
  operation: OperationName,
  room: MatrixRoom | null,
): Shot => ({
  name,
  operation,
  room,
  asked: Promise.allSettled([operations[operation].ask(people, room)]).then(
    ([outcome]) => outcome as PromiseSettledResult<RoomId>,
  ),
});

/** The fault is over: everything is decided, done in the end, the same for everybody; and how long that took. */
export const conclude = async (around: Surroundings, what: string, shots: readonly Shot[]): Promise<void> => {
  const { all, line, people, rooms, said, notes, measured } = around;
  const healed = performance.now();
  await untilDecided(all, AbortSignal.timeout(patience));
  const decided = performance.now() - healed;
  notes.note('decided');
  line.release();
  const open = new Set(shots);
  await within(
    Promise.all(
      shots.map(async (shot) => {
        await settle(around, shot);
        open.delete(shot);
      }),
    ),
    () => `never settled: ${[...open].map(({ name, room }) => `${name} in ${room?.id}`).join('; ')}`,
  );
  const ids = shots.flatMap(({ room }) => (room === null ? [] : [room.id]));
  await heard(people, said, ids);
  const live = performance.now() - healed;
  measured(what, decided, live);
  notes.note(`live after ${Math.round(live)} ms`);
  await untilDecided(all, AbortSignal.timeout(patience));
  await checkHalves(all, keyServers);
  notes.note('checked');
  rooms.free();
};

/** Both organisations write in every room, and read each other: keys of both go both ways. */
export const heard = async ({ alice, grace }: People, said: Said[], ids: readonly RoomId[]): Promise<void> => {
  const ways = ids.flatMap((id) => [
    { id, author: alice, reader: grace, state: 'not sent' },
    { id, author: grace, reader: alice, state: 'not sent' },
  ]);
  const listen = async (way: (typeof ways)[number]): Promise<void> => {
    const { id, author, reader } = way;
    const one = await saying(author, id);
    said.push(one);
    const opened = () => {
      const entry = reader.client.timeline(id).entries.find((each) => each.id === one.id);
      way.state = entry?.kind === 'message' ? JSON.stringify(entry.content) : `${entry?.kind}`;
      return entry?.kind === 'message' && entry.content.state === 'open';
    };
    await until(reader.client, opened, id);
    way.state = 'heard';
  };
  const missing = () =>
    ways
      .filter(({ state }) => state !== 'heard')
      .map(({ id, author, reader, state }) => {
        const name = ({ id }: SdkPerson) => (id === alice.id ? 'Alice' : 'Grace');
        return `${name(author)} to ${name(reader)} in ${id}: ${state}`;
      });
  await within(Promise.all(ways.map(listen)), () => `somebody does not hear somebody: ${missing().join('; ')}`);
};

/** The asker's promise is kept, or says clearly that nothing was decided; then asking again does it. */
const settle = async ({ people, notes }: Surroundings, shot: Shot): Promise<void> => {
  const { name } = shot;
  const operation = operations[shot.operation];
  const outcome = await shot.asked;
  const made = async (id: RoomId): Promise<MatrixRoom> => {
    await known(people, id);
    return { id, state: operation.to };
  };
  if (outcome.status === 'rejected') {
    const { reason } = outcome;
    notes.note(`${name}: ${reason instanceof CloisterError ? reason.code : reason}`);
    expect(reason, name).toBeInstanceOf(CloisterError);
    expect((reason as CloisterError).status, `${name}: ${(reason as CloisterError).code}`).toBeGreaterThanOrEqual(500);
    shot.room ??= await made(await insist(notes, 'create again', () => operation.ask(people, null)));
  } else shot.room ??= await made(outcome.value);
  await finish(notes, people, operation, shot.room);
  for (const { client } of [people.alice, people.grace]) await client.rooms.open(shot.room.id);
  shot.room.state = operation.to;
};
