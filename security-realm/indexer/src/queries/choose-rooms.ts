import { mayBeIn, type Query } from '@cloister/search-terms';
import type { QueryToPlan, RoomId } from '@cloister/wire';
import type { RandomSource } from '../tokens/random-source.ts';

type Room = QueryToPlan['rooms'][number];

/** A room of a plan; a dummy is asked for nothing, so that the core does not see where the asker looks. */
export type ChosenRoom = Room & { readonly isDummy: boolean };

/**
 * The rooms to name in plans, in the core's order: of those that both the core and the asker named, all in which the query can find
 * anything, and `dummies` of the others, by chance.
 */
export function chooseRooms(
  rooms: readonly Room[],
  named: ReadonlySet<RoomId>,
  query: Query,
  dummies: number,
  random: RandomSource,
): ChosenRoom[] {
  const both = rooms.filter(({ roomId }) => named.has(roomId));
  const others = both.filter(({ roomId }) => !mayBeIn(query, roomId)).map(({ roomId }) => roomId);
  const left = new Set(others);
  random.mix(others);
  const taken = new Set(others.slice(0, Math.ceil(dummies * others.length)));
  return both
    .filter(({ roomId }) => !left.has(roomId) || taken.has(roomId))
    .map((room) => ({ ...room, isDummy: taken.has(room.roomId) }));
}
