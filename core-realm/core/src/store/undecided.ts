import { type Queries, sql } from '@cloister/database';
import type { RoomId, UserId } from '@cloister/wire';

/** Whether a change of a person's rights in a room is pending. */
export const isBeingDecided = async (tx: Queries, roomId: RoomId, userId: UserId): Promise<boolean> => {
  const { pending } = await tx.one(sql.prepared<{ pending: boolean }>`
    select exists (
      select from intents where room_id = ${roomId} and state = 'pending' and ${userId}::uuid = any(subjects)) as pending`);
  return pending;
};

/** Whether any change of a room is pending, and who is in it: those whose removal may still come. */
export const findUndecided = (tx: Queries, roomId: RoomId): Promise<{ pending: boolean; members: UserId[] }> =>
  tx.one(sql.prepared<{ pending: boolean; members: UserId[] }>`
    select exists (select from intents where room_id = ${roomId} and state = 'pending') as pending,
      array(select user_id::text from memberships where room_id = ${roomId}) as members`);
