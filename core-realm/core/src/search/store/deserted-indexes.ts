import { type Queries, sql } from '@cloister/database';
import type { OrganisationId, RoomId } from '@cloister/wire';

/** Indexes of organisations that have nobody in the room any more. */
export const desertedIndexes = (db: Queries, limit: number) =>
  db.rows(sql<{ organisationId: OrganisationId; roomId: RoomId; generation: number }>`
    select s.organisation_id as "organisationId", s.room_id as "roomId", s.generation
    from search_indexes s
    where not exists (
      select from memberships m where m.organisation_id = s.organisation_id and m.room_id = s.room_id)
    limit ${limit}`);

/** Those of these rooms with one of the organisation's people in them. */
export const roomsWithPeople = async (
  db: Queries,
  organisationId: OrganisationId,
  rooms: readonly RoomId[],
): Promise<ReadonlySet<RoomId>> => {
  const found = await db.rows(sql<{ id: RoomId }>`
    select distinct room_id as id from memberships
    where organisation_id = ${organisationId} and room_id = any(${rooms}::uuid[])`);
  return new Set(found.map(({ id }) => id));
};
