import { type Queries, sql } from '@cloister/database';
import type { RoomId } from '@cloister/wire';
import type { IndexPlace } from './indexes.ts';

/** Pages of a segment, the first of which is number `from`. */
export const insertPages = async (
  tx: Queries,
  { shard, id }: IndexPlace,
  segment: number,
  from: number,
  pages: readonly Buffer[],
): Promise<void> => {
  if (pages.length === 0) return;
  await tx.execute(sql.prepared`
    insert into search_pages (shard, index_id, segment, page, sealed)
    select ${shard}::smallint, ${id}::bigint, ${segment}::int, ${from}::int + p.ord - 1, p.sealed
    from unnest(${pages}::bytea[]) with ordinality as p (sealed, ord)`);
};

export const insertSegment = async (
  tx: Queries,
  { shard, id }: IndexPlace,
  segment: number,
  sealed: Buffer,
): Promise<void> => {
  await tx.execute(sql.prepared`
    insert into search_segments (shard, index_id, segment, sealed)
    values (${shard}::smallint, ${id}::bigint, ${segment}::int, ${sealed})`);
};

/** When each entry of a room after `from`, up to and with `to`, came, in milliseconds; undefined where there is none. */
export const timesOf = async (
  tx: Queries,
  roomId: RoomId,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<(number | undefined)[]> => {
  const rows = await tx.rows(sql.prepared<{ position: number; published: Date }>`
    select position, published from activities
    where room_id = ${roomId} and position > ${from}::bigint and position <= ${to}::bigint`);
  const times = new Array<number | undefined>(to - from).fill(undefined);
  for (const { position, published } of rows) times[position - from - 1] = published.getTime();
  return times;
};

/** Deletes what was merged: segments with their pages, and batches up to a document. Answers the bytes they had. */
export const deleteMerged = async (
  tx: Queries,
  { shard, id }: IndexPlace,
  segments: readonly number[],
  until: number,
): Promise<number> => {
  const { bytes } = await tx.one(sql.prepared<{ bytes: number }>`
    with batches as (
      delete from search_batches where shard = ${shard}::smallint and index_id = ${id}::bigint and until <= ${until}::bigint
      returning octet_length(sealed) as bytes
    ), directories as (
      delete from search_segments
      where shard = ${shard}::smallint and index_id = ${id}::bigint and segment = any (${segments}::int[])
      returning octet_length(sealed) as bytes
    ), pages as (
      delete from search_pages
      where shard = ${shard}::smallint and index_id = ${id}::bigint and segment = any (${segments}::int[])
      returning octet_length(sealed) as bytes
    )
    select coalesce(sum(bytes), 0)::bigint as bytes
    from (select bytes from batches union all select bytes from directories union all select bytes from pages) as gone`);
  return bytes;
};
