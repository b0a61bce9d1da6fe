import { type Queries, sql } from '@cloister/database';
import type { ActivityId, RoomId } from '@cloister/wire';

/** The objects of a share and of its edits; none of an entry that is no share. */
export const objectsOfShare = async (tx: Queries, roomId: RoomId, share: ActivityId): Promise<string[]> => {
  const rows = await tx.rows(sql<{ object: string }>`
    select object from activities
    where room_id = ${roomId} and verb = 'share' and (id = ${share} or (parent_id = ${share} and parent_type = 'edit'))`);
  return rows.map(({ object }) => object);
};

/**
 * Takes the ciphertext out of an entry, its edits and the pages it was converted to. Published clients dispatch on
 * `objectType`, so that stays.
 */
export const blankEntry = (tx: Queries, roomId: RoomId, entry: ActivityId): Promise<number> =>
  tx.execute(sql`
    update activities set deleted = true, cloister = null, extra = null,
      object = case verb
        when 'post' then '{"objectType":"comment","displayName":null,"content":null}'
        else '{"objectType":"content","displayName":null,"content":null,"files":{"items":[]}}' end
    where room_id = ${roomId} and (id = ${entry} or (parent_id = ${entry}
      and (parent_type = 'edit' or (parent_type = 'transcode' and verb = 'update'))))`);
