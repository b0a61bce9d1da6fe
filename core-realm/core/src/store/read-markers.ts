import { type Queries, sql } from '@cloister/database';
import type { RoomId, UserId } from '@cloister/wire';

/** Moves a person's read marker forward, never back; answers where it stands, or nothing for strangers. */
export const moveReadMarker = async (
  db: Queries,
  roomId: RoomId,
  userId: UserId,
  position: number,
): Promise<number | undefined> => {
  const row = await db.maybe(sql<{ readPosition: number }>`
    update memberships set read_position = greatest(read_position, ${position}::bigint)
    where room_id = ${roomId} and user_id = ${userId} returning read_position as "readPosition"`);
  return row?.readPosition;
};
