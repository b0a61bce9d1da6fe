import { type Queries, sql } from '@cloister/database';
import type { RoomId, UserId } from '@cloister/wire';

/** Who made a room, whether or not they are still in it; null when there is none of this id. */
export const creatorOf = async (tx: Queries, roomId: RoomId): Promise<UserId | null> => {
  const row = await tx.maybe(
    sql<{ createdBy: UserId }>`select created_by as "createdBy" from rooms where id = ${roomId}`,
  );
  return row?.createdBy ?? null;
};

/** Whether two people, in order, have a room, whether or not they are still in it. */
export const isPairTaken = async (tx: Queries, [low, high]: readonly [UserId, UserId]): Promise<boolean> =>
  (await tx.maybe(sql`select id from rooms where pair_low = ${low} and pair_high = ${high}`)) !== null;
