import { type Queries, sql } from '@cloister/database';
import type { OrganisationId, PlanRoom, RoomId, UserId } from '@cloister/wire';

/** Where an index lies. */
export interface IndexPlace {
  readonly shard: number;
  readonly id: number;
}

/** What an index is at one moment. */
export interface IndexState extends IndexPlace {
  readonly position: number;
  readonly compactions: number;
  readonly head: Buffer | null;
  /** Where each batch ends, ascending. */
  readonly batches: readonly string[];
}

/** An index of a room that its asker is in; as long as both numbers stay it does. */
export interface FoundIndex extends Pick<IndexState, 'shard' | 'id' | 'position' | 'compactions'> {
  /** Its place among the rooms asked for, from 1. */
  readonly ord: number;
  /** When the room's newest entry came, in milliseconds. */
  readonly newest: number;
}

/** The indexes of those rooms in which the asker is at this moment, whatever was asked for. */
export const findIndexes = (
  db: Queries,
  organisationId: OrganisationId,
  asker: UserId,
  rooms: readonly PlanRoom[],
): Promise<FoundIndex[]> =>
  db.rows(sql.prepared<FoundIndex>`
    select i.ord::int as ord, s.shard, s.id, s.position, s.compactions,
      ceil(extract(epoch from r.updated_at) * 1000)::bigint as newest
    from unnest(${rooms.map(({ roomId }) => roomId)}::uuid[], ${rooms.map(({ generation }) => generation)}::bigint[])
      with ordinality as i (room_id, generation, ord)
    join memberships m on m.room_id = i.room_id and m.user_id = ${asker}
    join rooms r on r.id = i.room_id
    join search_indexes s
      on s.room_id = i.room_id and s.organisation_id = ${organisationId} and s.generation = i.generation`);

/** What there is of each index, with its place among those asked for, from 1. */
export const indexStates = (
  db: Queries,
  places: readonly IndexPlace[],
): Promise<(IndexState & { readonly ord: number })[]> =>
  db.rows(sql.prepared<IndexState & { readonly ord: number }>`
    select i.ord::int as ord, s.shard, s.id, s.position, s.compactions, s.head,
      array(select b.until from search_batches b where b.shard = s.shard and b.index_id = s.id order by b.until) as batches
    from unnest(${places.map(({ shard }) => shard)}::smallint[], ${places.map(({ id }) => id)}::bigint[])
      with ordinality as i (shard, id, ord)
    join search_indexes s on s.shard = i.shard and s.id = i.id`);

/** The newest entry of each of the asker's rooms. */
export const roomTimes = async (db: Queries, asker: UserId, rooms: readonly RoomId[]): Promise<Map<RoomId, number>> => {
  const rows = await db.rows(sql.prepared<{ id: RoomId; newest: number }>`
    select r.id, ceil(extract(epoch from r.updated_at) * 1000)::bigint as newest from memberships m join rooms r on r.id = m.room_id
    where m.user_id = ${asker} and m.room_id = any (${rooms}::uuid[])`);
  return new Map(rows.map(({ id, newest }) => [id, newest]));
};
