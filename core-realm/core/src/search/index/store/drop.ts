import { type Queries, sql } from '@cloister/database';
import type { OrganisationId, RoomId } from '@cloister/wire';

/** Drops an index, once nobody compacts it any more. */
export const dropIndexes = async (
  tx: Queries,
  organisationId: OrganisationId,
  which?: { readonly roomId: RoomId; readonly generation: number },
): Promise<number> => {
  const wanted = sql`organisation_id = ${organisationId}
    ${which === undefined ? sql`` : sql`and room_id = ${which.roomId} and generation = ${which.generation}::bigint`}`;
  await tx.execute(
    sql`select ${indexLock()} from (select shard, id from search_indexes where ${wanted} order by shard, id) as i`,
  );
  return tx.execute(sql`delete from search_indexes where ${wanted}`);
};

const indexLock = () => sql`pg_advisory_xact_lock(hashtextextended('cloister/search/' || shard || '/' || id, 0))`;
