import { type Queries, type Sql, sql } from '@cloister/database';
import { type IndexedRoom, maxGenerations, type OrganisationId, type RoomId } from '@cloister/wire';
import { seenBy } from '../../store/organisation-reach.ts';

/** Which of an organisation's rooms: those after one, or some of them. */
export interface RoomRange {
  readonly after?: RoomId | undefined;
  readonly among?: readonly RoomId[];
  readonly limit: number;
}

/** Rooms with entries past the position of their newest index, by id; also those without any. */
export const laggingRooms = (db: Queries, organisationId: OrganisationId, range: RoomRange): Promise<IndexedRoom[]> =>
  roomsOf(
    db,
    organisationId,
    range,
    sql`r.head > coalesce((
    select position from search_indexes i
    where i.room_id = r.id and i.organisation_id = ${organisationId} order by generation desc limit 1), 0)`,
  );

/** All rooms with one of the organisation's people in them, by id. */
export const indexedRooms = (db: Queries, organisationId: OrganisationId, range: RoomRange): Promise<IndexedRoom[]> =>
  roomsOf(db, organisationId, range, sql`true`);

/** What its people see of a room counts as its head; the condition is tried before, on what is cheap to know, and again with that. */
const roomsOf = (db: Queries, organisationId: OrganisationId, { after, among, limit }: RoomRange, condition: Sql) =>
  db.rows(sql<IndexedRoom>`
    select r.id as "roomId", r.resource_uri as "resourceUri", r.head, coalesce((
      select json_agg(json_build_object('generation', i.generation, 'position', i.position) order by i.generation desc)
      from (
        select generation, position from search_indexes
        where room_id = r.id and organisation_id = ${organisationId} order by generation desc limit ${maxGenerations}
      ) i), '[]') as indexes
    from (
      select r.id, r.resource_uri, ${seenBy(organisationId)} as head
      from (
        select distinct m.room_id from memberships m where m.organisation_id = ${organisationId}
          ${after === undefined ? sql`` : sql`and m.room_id > ${after}`}
          ${among === undefined ? sql`` : sql`and m.room_id = any(${among}::uuid[])`}
        order by m.room_id
      ) m join rooms r on r.id = m.room_id
      where ${condition}
    ) r
    where ${condition} order by r.id limit ${limit}`);
