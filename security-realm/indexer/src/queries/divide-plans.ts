import {
  maxPlanBytes,
  type Plan,
  type PlanRoom,
  planRoomBytes,
  type TokenList,
  tokenBytes,
  tokenCount,
} from '@cloister/wire';
import type { RandomSource } from '../tokens/random-source.ts';

/** What the expression and all else may take of a plan. */
const HEAD_BYTES = 1024 * 1024;
const MOST_BYTES = maxPlanBytes - HEAD_BYTES;

type Part = Pick<Plan, 'rooms' | 'goesOn'>;

/** Cuts rooms into lists that fit into a plan each, one list at least. A room that fits into none comes in parts, a plan each. */
export function dividePlans(rooms: readonly PlanRoom[], random: Pick<RandomSource, 'fill'>): Part[] {
  const parts: { rooms: PlanRoom[]; goesOn?: true }[] = [];
  let left = -1;
  for (const room of rooms) {
    const size = planRoomBytes(room);
    if (size > MOST_BYTES) {
      const pieces = piecesOf(room, Math.ceil(size / MOST_BYTES), random);
      parts.push(
        ...pieces.map((piece, at) => ({
          rooms: [piece],
          ...(at < pieces.length - 1 ? { goesOn: true as const } : {}),
        })),
      );
      left = -1;
      continue;
    }
    if (size > left) {
      parts.push({ rooms: [] });
      left = MOST_BYTES;
    }
    parts.at(-1)?.rooms.push(room);
    left -= size;
  }
  return parts.length === 0 ? [{ rooms: [] }] : parts;
}

/** A room in `count` pieces of about one size; each has of each slot one token at least, which may mean nothing. */
const piecesOf = (room: PlanRoom, count: number, random: Pick<RandomSource, 'fill'>): PlanRoom[] =>
  Array.from({ length: count }, (_, at) => ({
    ...room,
    slots: room.slots.map((tokens) => {
      const place = (piece: number) => Math.floor((piece * tokenCount(tokens)) / count) * tokenBytes;
      const own: TokenList = tokens.subarray(place(at), place(at + 1));
      if (own.length > 0) return own;
      const nothing = Buffer.alloc(tokenBytes);
      random.fill(nothing, 0, tokenBytes);
      return nothing;
    }),
  }));
