import { type Queries, sql } from '@cloister/database';
import type { OrganisationId, RoomId } from '@cloister/wire';
import type { IndexPlace, IndexState } from './indexes.ts';

/** An index as a compaction finds it. */
export interface IndexToCompact extends IndexState {
  readonly organisationId: OrganisationId;
  readonly roomId: RoomId;
  readonly generation: number;
  readonly purged: number;
  /** How far the room's log goes. */
  readonly logged: number;
  /** Postings of each batch. */
  readonly sizes: readonly number[];
}

/** When an index is compacted; see `due`. */
export interface Due {
  /** So many batches, or postings in them. */
  readonly batches: number;
  readonly postings: number;
  /** A batch, or a deletion or edit, from then or before. */
  readonly since: Date;
  readonly purgeSince: Date;
}

/** Indexes with enough batches, or one that has waited long enough. */
export const dueByBatches = (db: Queries, due: Due): Promise<IndexPlace[]> =>
  db.rows(sql<IndexPlace>`
    select shard, index_id as id from search_batches group by shard, index_id
    having count(*) >= ${due.batches} or sum(postings) >= ${due.postings} or min(created_at) <= ${due.since}`);

/** Of some indexes after one, by id, those whose room deleted or edited something that they still hold; and how far these some go. */
export const dueByLog = async (db: Queries, after: IndexPlace, limit: number, due: Due) => {
  const rows = await db.rows(sql<IndexPlace & { due: boolean }>`
    select s.shard, s.id, exists (
      select from activities a where a.room_id = s.room_id and a.position > s.purged
        and (a.verb = 'delete' or a.parent_type = 'edit') and a.published <= ${due.purgeSince}) as due
    from (
      select * from search_indexes where (shard, id) > (${after.shard}::smallint, ${after.id}::bigint)
      order by shard, id limit ${limit}) as s
    order by s.shard, s.id`);
  return { due: rows.filter((row) => row.due), last: rows.length < limit ? undefined : rows.at(-1) };
};

/** The index for one who compacts alone; null if somebody else does, or it is gone. */
export const lockIndex = async (tx: Queries, { shard, id }: IndexPlace): Promise<IndexToCompact | null> => {
  const { locked } = await tx.one(sql.prepared<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('cloister/search/' || ${shard}::text || '/' || ${id}::text, 0)) as locked`);
  if (!locked) return null;
  return tx.maybe(sql.prepared<IndexToCompact>`
    select s.shard, s.id, s.organisation_id as "organisationId", s.room_id as "roomId", s.generation, s.position,
      s.purged, s.compactions, s.head, r.head as logged, b.ends as batches, b.sizes
    from search_indexes s join rooms r on r.id = s.room_id
    cross join lateral (
      select coalesce(array_agg(until order by until), '{}') as ends, coalesce(array_agg(postings order by until), '{}') as sizes
      from search_batches where shard = s.shard and index_id = s.id) as b
    where s.shard = ${shard}::smallint and s.id = ${id}::bigint`);
};

/** Documents that deletions and edits after an entry of the log took out of it. */
export const deadDocuments = async (tx: Queries, roomId: RoomId, after: number): Promise<number[]> => {
  const rows = await tx.rows(sql.prepared<{ position: number }>`
    with causes as materialized (
      select verb, parent_type, parent_id, case when verb = 'delete' then (object::json ->> 'id')::uuid end as target
      from activities
      where room_id = ${roomId} and position > ${after}::bigint and (verb = 'delete' or parent_type = 'edit')
    ), gone as (select target from causes where target is not null),
    edited as (select distinct parent_id from causes where parent_type = 'edit')
    select a.position from gone g join activities a on a.room_id = ${roomId} and a.id = g.target and a.deleted
    union
    select a.position from gone g join activities a on a.room_id = ${roomId} and a.parent_id = g.target
      and a.parent_type = 'edit' and a.deleted
    union
    select a.position from edited e join activities a on a.room_id = ${roomId} and a.id = e.parent_id
    union
    select a.position from edited e join activities a on a.room_id = ${roomId} and a.parent_id = e.parent_id
      and a.parent_type = 'edit'
    where exists (select from activities n where n.room_id = ${roomId} and n.parent_id = e.parent_id
      and n.parent_type = 'edit' and n.position > a.position)`);
  return rows.map(({ position }) => position);
};

/** What a compaction made of an index. */
export interface Compacted {
  readonly head: Buffer;
  readonly compactions: number;
  readonly purged: number;
  readonly pages: number;
  readonly droppedPostings: number;
  readonly addedBytes: number;
}

/** Whether it is now so: not if the index was compacted or dropped meanwhile. */
export const replaceHead = async (tx: Queries, { shard, id }: IndexPlace, made: Compacted): Promise<boolean> =>
  (await tx.execute(sql.prepared`
    update search_indexes set head = ${made.head}, compactions = ${made.compactions}::bigint, purged = ${made.purged}::bigint,
      pages = ${made.pages}::int, postings = postings - ${made.droppedPostings}::bigint, bytes = bytes + ${made.addedBytes}::bigint
    where shard = ${shard}::smallint and id = ${id}::bigint and compactions = ${made.compactions - 1}::bigint`)) === 1;
