import type { Queries } from '@cloister/database';
import type { Expression, PlanRoom } from '@cloister/wire';
import { tokenCount } from '@cloister/wire';
import type { IndexReader } from '../index-reader.ts';
import type { Pieces } from '../pieces.ts';
import type { TokenMap } from '../token-map.ts';
import { Patience } from '../turn.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { oneList, type Positions } from './positions.ts';

export interface LookUpParts {
  readonly db: Queries;
  readonly pieces: Pieces;
  readonly tokens: TokenMap;
  readonly expression: Expression;
}

export interface RoomToLookUp {
  readonly room: PlanRoom;
  readonly reader: IndexReader;
}

interface Running extends RoomToLookUp {
  readonly evaluation: Evaluation;
  /** Slots it waits for, mapped. */
  slots: readonly Buffer[];
}

/** What the expression finds in each room: all rooms go one step together, so that a step is one statement. */
export const lookUp = async (parts: LookUpParts, rooms: readonly RoomToLookUp[]): Promise<Positions[]> => {
  const found: Positions[] = new Array(rooms.length);
  const patience = new Patience();
  const map = ({ room, reader }: RoomToLookUp, slots: readonly number[]): Promise<readonly Buffer[]> => {
    const lists = slots.map((slot) => room.slots[slot] as Uint8Array);
    return mapped(parts, reader, lists, patience);
  };
  let running = new Map<number, Running>();
  const go = async (at: number, one: Running, { done, value }: IteratorResult<readonly number[], Positions>) => {
    if (done) found[at] = value;
    else running.set(at, Object.assign(one, { slots: await map(one, value) }));
  };
  for (const [at, room] of rooms.entries()) {
    const evaluation = evaluate(parts.expression, (slot) => tokenCount(room.room.slots[slot] as Uint8Array));
    await go(at, { ...room, evaluation, slots: [] }, evaluation.next());
  }
  while (running.size > 0) {
    const step = running;
    running = new Map();
    await fetchPages(parts, [...step.values()]);
    for (const [at, one] of step) await go(at, one, one.evaluation.next(await listsOf(one, patience)));
  }
  return found;
};

/** The documents of each slot in each room, whatever an expression would make of them. */
export const lookUpSlots = async (
  parts: Omit<LookUpParts, 'expression'>,
  rooms: readonly RoomToLookUp[],
): Promise<(readonly number[])[][]> => {
  const patience = new Patience();
  const asked: Pick<Running, 'reader' | 'slots'>[] = [];
  for (const { room, reader } of rooms) {
    asked.push({ reader, slots: await mapped(parts, reader, room.slots, patience) });
  }
  await fetchPages(parts, asked);
  const found: (readonly number[])[][] = [];
  for (const one of asked) found.push(await listsOf(one, patience));
  return found;
};

const mapped = async (
  { tokens }: Pick<LookUpParts, 'tokens'>,
  { index }: IndexReader,
  lists: readonly Uint8Array[],
  patience: Patience,
): Promise<readonly Buffer[]> => {
  await patience.spend(lists.reduce((sum, list) => sum + tokenCount(list), 0));
  return lists.map((list) => tokens.map(index.seal.name, list));
};

const listsOf = async (
  { reader, slots }: Pick<Running, 'reader' | 'slots'>,
  patience: Patience,
): Promise<(readonly number[])[]> => {
  await patience.spend(slots.reduce((sum, slot) => sum + slot.length / 8, 0));
  return slots.map((slot) => oneList(reader.find(slot)));
};

const fetchPages = async (
  { db, pieces }: Pick<LookUpParts, 'db' | 'pieces'>,
  running: readonly Pick<Running, 'reader' | 'slots'>[],
): Promise<void> => {
  const wanted = running.flatMap(({ reader, slots }) =>
    reader
      .wantedFor(slots.length === 1 ? (slots[0] as Buffer) : Buffer.concat(slots))
      .map((piece) => ({ reader, piece })),
  );
  const blocks = await pieces.blocks(
    db,
    wanted.map(({ piece }) => piece),
  );
  wanted.forEach(({ reader, piece }, at) => {
    reader.hold(piece, blocks[at] as NonNullable<(typeof blocks)[number]>);
  });
};
