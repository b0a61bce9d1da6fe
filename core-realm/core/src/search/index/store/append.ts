import { type Queries, sql } from '@cloister/database';
import { maxGenerations, type OrganisationId, type RoomId } from '@cloister/wire';

/** A room's part, sealed. */
export interface SealedPart {
  readonly roomId: RoomId;
  readonly generation: number;
  readonly from: number;
  readonly to: number;
  readonly postings: number;
  readonly sealed: Buffer;
}

const input = (parts: readonly SealedPart[]) => sql`
  unnest(${parts.map(({ roomId }) => roomId)}::uuid[], ${parts.map(({ generation }) => generation)}::bigint[],
    ${parts.map(({ from }) => from)}::bigint[], ${parts.map(({ to }) => to)}::bigint[]) with ordinality
  as i (room_id, generation, since, until, ord)`;

/** Makes the indexes of parts that begin one; a room has so many generations at most. */
export const insertIndexes = async (tx: Queries, organisationId: OrganisationId, parts: readonly SealedPart[]) => {
  const first = parts.filter(({ from }) => from === 0);
  if (first.length === 0) return;
  await tx.execute(sql`
    insert into search_indexes (shard, organisation_id, room_id, generation)
    select r.shard, ${organisationId}, i.room_id, i.generation from ${input(first)} join rooms r on r.id = i.room_id
    where i.until <= r.head and ${maxGenerations} > (select count(*) from search_indexes s
      where s.room_id = i.room_id and s.organisation_id = ${organisationId})
    order by i.room_id, i.generation
    on conflict do nothing`);
};

/**
 * Adds the parts whose index stands where they begin, and tells of each index where it stood before; locked in one order, so that two who
 * append do not wait for each other in a circle.
 */
export const insertBatches = (
  tx: Queries,
  organisationId: OrganisationId,
  parts: readonly SealedPart[],
  now: Date,
): Promise<{ ord: number; position: number; accepted: boolean }[]> =>
  tx.rows(sql`
    with locked as materialized (
      select s.shard, s.id, s.position, i.ord, i.since, i.until, r.head
      from ${input(parts)} join rooms r on r.id = i.room_id
      join search_indexes s
        on s.room_id = i.room_id and s.organisation_id = ${organisationId} and s.generation = i.generation
      order by s.shard, s.id for update of s
    ), sealed as (
      select * from unnest(${parts.map(({ postings }) => postings)}::int[], ${parts.map(({ sealed }) => sealed)}::bytea[])
        with ordinality as p (postings, sealed, ord)
    ), moved as (
      update search_indexes s set position = l.until, postings = s.postings + p.postings,
        bytes = s.bytes + octet_length(p.sealed)
      from locked l join sealed p on p.ord = l.ord
      where s.shard = l.shard and s.id = l.id and l.position = l.since and l.until <= l.head
      returning s.shard, s.id, l.ord, l.until
    ), added as (
      insert into search_batches (shard, index_id, until, postings, created_at, sealed)
      select m.shard, m.id, m.until, p.postings, ${now}, p.sealed from moved m join sealed p on p.ord = m.ord
    )
    select l.ord::int as ord, coalesce(m.until, l.position) as position, m.ord is not null as accepted
    from locked l left join moved m on m.ord = l.ord`);
