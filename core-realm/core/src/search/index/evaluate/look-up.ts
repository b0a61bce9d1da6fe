import type { Queries } from '@cloister/database';
import type { Expression, PlanRoom } from '@cloister/wire';
import { type TokenList, tokenCount } from '@cloister/wire';
import type { IndexReader } from '../index-reader.ts';
import type { IndexReaders } from '../index-readers.ts';
import type { MissingPages } from '../opened-segment.ts';
import { mappedBytes, type TokenMap } from '../token-map.ts';
import { Pace } from '../turn.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { oneList, type Positions } from './positions.ts';

export interface LookUpParts {
  readonly db: Queries;
  readonly readers: IndexReaders;
  readonly tokens: TokenMap;
  readonly expression: Expression;
}

export interface RoomToLookUp {
  readonly room: PlanRoom;
  readonly reader: IndexReader;
}

/** Slots of one room that are looked for. */
interface Asked {
  readonly reader: IndexReader;
  readonly lists: readonly TokenList[];
  /** The same, mapped. */
  slots: readonly Buffer[];
}

/** Rooms whose tokens are mapped in one pass. */
const together = 64;
/** Of a slot's tokens so many are looked for before others have their turn: a word in a large room may have a million. */
const mostBytes = 8192 * mappedBytes;

/** What the expression finds in each room: all rooms go one step together, so that a step is one statement. */
export const lookUp = async (parts: LookUpParts, rooms: readonly RoomToLookUp[]): Promise<Positions[]> => {
  const found: Positions[] = new Array(rooms.length);
  let running: (Asked & { readonly at: number; readonly evaluation: Evaluation })[] = [];
  const go = (at: number, evaluation: Evaluation, { done, value }: IteratorResult<readonly number[], Positions>) => {
    const { room, reader } = rooms[at] as RoomToLookUp;
    if (done) found[at] = value;
    else running.push({ at, evaluation, reader, lists: value.map((slot) => room.slots[slot] as TokenList), slots: [] });
  };
  rooms.forEach(({ room }, at) => {
    const evaluation = evaluate(parts.expression, (slot) => tokenCount(room.slots[slot] as TokenList));
    go(at, evaluation, evaluation.next());
  });
  while (running.length > 0) {
    const step = running;
    running = [];
    const lists = await listsOf(parts, step);
    step.forEach(({ at, evaluation }, order) => {
      go(at, evaluation, evaluation.next(lists[order] as (typeof lists)[number]));
    });
  }
  return found;
};

/** The documents of each slot in each room, whatever an expression would make of them. */
export const lookUpSlots = (
  parts: Omit<LookUpParts, 'expression'>,
  rooms: readonly RoomToLookUp[],
): Promise<(readonly number[])[][]> =>
  listsOf(
    parts,
    rooms.map(({ room, reader }) => ({ reader, lists: room.slots, slots: [] })),
  );

const listsOf = async (
  parts: Omit<LookUpParts, 'expression'>,
  asked: readonly Asked[],
): Promise<(readonly number[])[][]> => {
  const pace = new Pace();
  for (let from = 0; from < asked.length; from += together) {
    await pace.spend(mapSlots(parts.tokens, asked.slice(from, from + together)));
  }
  const missing: MissingPages = new Map();
  let found = await findAll(asked, missing, pace);
  if (missing.size > 0) {
    await parts.readers.openPages(
      parts.db,
      asked.map(({ reader }) => reader),
      missing,
    );
    found = await findAll(asked, new Map(), pace);
  }
  return found;
};

const findAll = async (
  asked: readonly Asked[],
  missing: MissingPages,
  pace: Pace,
): Promise<(readonly number[])[][]> => {
  const found: (readonly number[])[][] = [];
  for (const { reader, slots } of asked) {
    const lists: (readonly number[])[] = [];
    for (const slot of slots) {
      const documents: number[][] = [];
      for (let from = 0; from < slot.length; from += mostBytes) {
        const part = slot.subarray(from, from + mostBytes);
        await pace.spend(part.length / mappedBytes);
        documents.push(reader.find(part, missing));
      }
      lists.push(oneList(documents.length === 1 ? (documents[0] as number[]) : documents.flat()));
    }
    found.push(lists);
  }
  return found;
};

/** Answers how many tokens that are. */
const mapSlots = (tokens: TokenMap, asked: readonly Asked[]): number => {
  const all = asked.flatMap(({ reader, lists }) => lists.map((list) => ({ tag: reader.index.seal.tag, tokens: list })));
  const mapped = tokens.map(all);
  let at = 0;
  for (const one of asked) {
    one.slots = one.lists.map((list) => {
      const from = at;
      at += tokenCount(list) * mappedBytes;
      return mapped.subarray(from, at);
    });
  }
  return at / mappedBytes;
};
