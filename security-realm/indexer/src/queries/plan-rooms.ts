import {
  CloisterError,
  maxPlansBytes,
  type PlanRoom,
  type RoomId,
  type TokenList,
  tokenBytes,
  tokenCount,
} from '@cloister/wire';
import type { Counters, IndexToOpen } from '../counters/counters.ts';
import type { OpenedIndex } from '../counters/opened-index.ts';
import type { RandomSource } from '../tokens/random-source.ts';
import type { SearchKey } from '../tokens/search-key.ts';
import { TokenWriter } from '../tokens/token-writer.ts';
import type { ChosenRoom } from './choose-rooms.ts';
import { LostIndexes } from './lost-indexes.ts';
import { type RoomSlot, roomSlot, SlotWriter } from './slot-tokens.ts';

export type PlanningParts = {
  readonly counters: Counters;
  readonly random: RandomSource;
  /**
   * The organisation's search keys of a room, oldest first; null for a room that it may not search any more. `out-of-reach`: they
   * depend on another organisation's key server, and cannot be had now.
   */
  readonly keysOf: (roomId: RoomId) => Promise<readonly SearchKey[] | 'out-of-reach' | null>;
};

/** A step of a plan, and how many of its rooms cannot be looked in now: whoever asks is told. */
export type PlannedStep = { readonly rooms: PlanRoom[]; readonly unsearched: number };

type Slots = readonly (readonly string[])[];

/** Tokens that the plans of a query have place for: one of more is one that nobody can answer in time. */
const MOST_TOKENS = Math.floor(maxPlansBytes / tokenBytes);
/** Tokens of all dummies of a step: more would take the place of rooms that are asked in earnest. */
const MOST_DUMMY_TOKENS = 65_536;

/**
 * The rooms of one step with the tokens of their slots, in the step's order. What is asked for in earnest counts as searched before anybody
 * sees it, for good. Dummies look like one of the others, of those that are not too large for that.
 * @throws LostIndexes, `search/too-broad` when the rooms would need more tokens than all plans hold, and as keys and database do
 */
export async function planRooms(
  { counters, random, keysOf }: PlanningParts,
  slots: Slots,
  step: readonly ChosenRoom[],
): Promise<PlannedStep> {
  const [earnest, dummies] = [step.filter(({ isDummy }) => !isDummy), step.filter(({ isDummy }) => isDummy)];
  const keys = await Promise.all(earnest.map(({ roomId }) => keysOf(roomId)));
  const asked = earnest.flatMap((room, at) => indexesOf(room, keys[at] ?? null));
  const writer = new TokenWriter(random);
  const rooms = await counters.use(asked, async (opened) => {
    const chosen = newestOf(asked, opened);
    const counted = chosen.map((index) => ({ index, slots: slots.map((terms) => roomSlot(index, terms)) }));
    const planned = await tokensOf(counted, writer);
    await counters.searched(counted.map((room) => [room.index, termsOf(room)]));
    return planned;
  });
  const shapes = rooms
    .map((room) => room.slots.map(tokenCount))
    .filter((shape) => dummies.length * shape.reduce((sum, count) => sum + count, 0) <= MOST_DUMMY_TOKENS);
  if (shapes.length === 0) shapes.push(slots.map(() => 1));
  for (const { roomId, generations } of dummies) {
    const generation = generations.toSorted(byReach)[0]?.generation;
    const shape = shapes[random.below(shapes.length)] ?? [];
    if (generation !== undefined) rooms.push({ roomId, generation, slots: shape.map((count) => writer.take(count)) });
  }
  const order = new Map(step.map(({ roomId }, at) => [roomId, at]));
  rooms.sort((a, b) => (order.get(a.roomId) ?? 0) - (order.get(b.roomId) ?? 0));
  return { rooms, unsearched: keys.filter((each) => each === 'out-of-reach').length };
}

/** The newest entries are in the index that goes furthest; of two that do, the newer one stays. */
const byReach = (a: ChosenRoom['generations'][number], b: ChosenRoom['generations'][number]): number =>
  b.position - a.position || b.generation - a.generation;

const indexesOf = ({ roomId, generations }: ChosenRoom, keys: readonly SearchKey[] | string | null): IndexToOpen[] =>
  keys === null || typeof keys === 'string'
    ? []
    : generations.toSorted(byReach).map((index) => ({ roomId, ...index, keys }));

/** Of each room the first index whose counters are there. */
function newestOf(asked: readonly IndexToOpen[], opened: readonly (OpenedIndex | null)[]): OpenedIndex[] {
  const chosen = new Map<RoomId, OpenedIndex>();
  const lost = asked.filter(({ roomId }, at) => {
    const index = opened[at] ?? null;
    if (index !== null && !chosen.has(roomId)) chosen.set(roomId, index);
    return index === null;
  });
  // Who is told nothing of a room must not believe that there is nothing in it.
  if (lost.length > 0) throw new LostIndexes(lost.map(({ roomId, generation }) => ({ roomId, generation })));
  return [...chosen.values()];
}

type CountedRoom = { readonly index: OpenedIndex; readonly slots: readonly RoomSlot[] };

/** Those with postings, which alone have a bucket to end. */
const termsOf = ({ slots }: CountedRoom): ReadonlySet<string> =>
  new Set(slots.flatMap(({ filled }) => filled.map(({ term }) => term)));

async function tokensOf(rooms: readonly CountedRoom[], writer: TokenWriter): Promise<PlanRoom[]> {
  const size = rooms.flatMap((room) => room.slots).reduce((sum, slot) => sum + slot.size, 0);
  if (size > MOST_TOKENS) throw new CloisterError('search/too-broad');
  const tokens = new SlotWriter(writer);
  const planned: PlanRoom[] = [];
  for (const {
    index: { name },
    slots,
  } of rooms) {
    const made: TokenList[] = [];
    for (const slot of slots) made.push(await tokens.tokens(name, slot));
    planned.push({ ...name, slots: made });
  }
  return planned;
}
