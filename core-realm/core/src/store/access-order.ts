import { type Queries, sql } from '@cloister/database';
import type { RoomId, UserId } from '@cloister/wire';

/**
 * Whether a newer change of one of these people's rights in the room is applied already. The key server's order is the
 * order of its list's versions, in which receipts need not come home; the newest word about a person stands.
 */
export const isOvertaken = async (
  tx: Queries,
  roomId: RoomId,
  people: readonly UserId[],
  authorizationVersion: number,
): Promise<boolean> => {
  const { overtaken } = await tx.one(sql.prepared<{ overtaken: boolean }>`
    select exists (
      select from intents
      where room_id = ${roomId} and state = 'applied' and kind not in ('updateKey', 'addKey')
        and authorization_version > ${authorizationVersion}::bigint and subjects && ${people}::uuid[]) as overtaken`);
  return overtaken;
};
