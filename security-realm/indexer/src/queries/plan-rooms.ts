import { CloisterError, type PlanRoom, type RoomId, type TokenList, tokenCount } from '@cloister/wire';
import type { IndexName } from '../counters/counter-row.ts';
import type { Counters, IndexToOpen } from '../counters/counters.ts';
import type { OpenedIndex } from '../counters/opened-index.ts';
import type { RandomSource } from '../tokens/random-source.ts';
import type { SearchKey } from '../tokens/search-key.ts';
import { TokenWriter } from '../tokens/token-writer.ts';
import type { ChosenRoom } from './choose-rooms.ts';
import { slotTokens } from './slot-tokens.ts';

export type PlanningParts = {
  readonly counters: Counters;
  readonly random: RandomSource;
  /** The organisation's search keys of a room, oldest first; null for a room that it may not search any more. */
  readonly keysOf: (roomId: RoomId) => Promise<readonly SearchKey[] | null>;
};

type Slots = readonly (readonly string[])[];

/** The newest entries are in the index that goes furthest; of two that do, the newer one stays. */
const byReach = (a: ChosenRoom['generations'][number], b: ChosenRoom['generations'][number]): number =>
  b.position - a.position || b.generation - a.generation;

/** An index in the core whose counters are not known: nobody can ask it any more. */
export class LostIndexes extends CloisterError {
  readonly indexes: readonly IndexName[];

  constructor(indexes: readonly IndexName[]) {
    super('core/search-unavailable', { detail: 'an index is made anew' });
    this.indexes = indexes;
  }
}

/**
 * The rooms of one step with the tokens of their slots, in an order that tells nothing. What is asked for in earnest counts as searched
 * before anybody sees it, for good. Dummies look like one of the others.
 * @throws LostIndexes, and as keys and database do
 */
export async function planRooms(
  { counters, random, keysOf }: PlanningParts,
  slots: Slots,
  step: readonly ChosenRoom[],
): Promise<PlanRoom[]> {
  const earnest = step.filter(({ isDummy }) => !isDummy);
  const asked = (await Promise.all(earnest.map(async (room) => indexesOf(room, await keysOf(room.roomId))))).flat();
  const writer = new TokenWriter(random);
  const rooms = await counters.use(asked, async (opened) => {
    const chosen = newestOf(asked, opened);
    const planned = chosen.map((index) => ({
      ...index.name,
      slots: slots.map((terms) => slotTokens(index, terms, writer)),
    }));
    await counters.searched(chosen, [...new Set(slots.flat())]);
    return planned;
  });
  const shapes = rooms.map((room) => room.slots.map(tokenCount));
  const nothing = slots.map(() => 1);
  for (const { roomId, generations } of step.filter(({ isDummy }) => isDummy)) {
    const generation = generations.toSorted(byReach)[0]?.generation;
    const shape = shapes.length === 0 ? nothing : (shapes[random.below(shapes.length)] ?? nothing);
    if (generation !== undefined) rooms.push({ roomId, generation, slots: shape.map((count) => writer.take(count)) });
  }
  random.shuffle(rooms.length, (a, b) => {
    [rooms[a], rooms[b]] = [
      rooms[b] as PlanRoom & { slots: TokenList[] },
      rooms[a] as PlanRoom & { slots: TokenList[] },
    ];
  });
  return rooms;
}

const indexesOf = ({ roomId, generations }: ChosenRoom, keys: readonly SearchKey[] | null): IndexToOpen[] =>
  keys === null ? [] : generations.toSorted(byReach).map((index) => ({ roomId, ...index, keys }));

/** Of each room the first index whose counters are there. */
function newestOf(asked: readonly IndexToOpen[], opened: readonly (OpenedIndex | null)[]): OpenedIndex[] {
  const chosen = new Map<RoomId, OpenedIndex>();
  const lost: IndexName[] = [];
  for (const [at, { roomId, generation }] of asked.entries()) {
    const index = opened[at] ?? null;
    if (chosen.has(roomId)) continue;
    if (index === null) lost.push({ roomId, generation });
    else chosen.set(roomId, index);
  }
  // Who is told nothing of a room must not believe that there is nothing in it.
  if (lost.length > 0) throw new LostIndexes(lost);
  return [...chosen.values()];
}
