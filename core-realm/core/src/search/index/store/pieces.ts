import { type Queries, sql } from '@cloister/database';
import type { IndexPlace } from './indexes.ts';

/** A sealed row: a page of a segment, a segment's directory or a batch. */
export interface PieceKey extends IndexPlace {
  readonly kind: 'page' | 'segment' | 'batch';
  /** The segment of a page; 0 otherwise. */
  readonly segment: number;
  /** Of the page or the segment; of a batch where it ends. */
  readonly number: number;
}

/** The rows in the order of the keys, undefined where there is none. */
export const readPieces = async (db: Queries, keys: readonly PieceKey[]): Promise<(Buffer | undefined)[]> => {
  const found: (Buffer | undefined)[] = new Array(keys.length);
  for (const [kind, statement] of Object.entries(statements)) {
    const wanted = keys.flatMap((key, ord) => (key.kind === kind ? [{ key, ord }] : []));
    if (wanted.length === 0) continue;
    for (const { ord, sealed } of await db.rows(statement(wanted))) found[ord] = sealed;
  }
  return found;
};

interface Wanted {
  readonly key: PieceKey;
  readonly ord: number;
}

interface Row {
  readonly ord: number;
  readonly sealed: Buffer;
}

const input = (wanted: readonly Wanted[]) => sql`
  unnest(${wanted.map(({ ord }) => ord)}::int[], ${wanted.map(({ key }) => key.shard)}::smallint[],
    ${wanted.map(({ key }) => key.id)}::bigint[],
    ${wanted.map(({ key }) => key.segment)}::int[],
    ${wanted.map(({ key }) => key.number)}::bigint[]) as k (ord, shard, id, segment, number)`;

const statements = {
  batch: (wanted: readonly Wanted[]) => sql.prepared<Row>`
    select k.ord, b.sealed from ${input(wanted)}
    join search_batches b on b.shard = k.shard and b.index_id = k.id and b.until = k.number`,
  segment: (wanted: readonly Wanted[]) => sql.prepared<Row>`
    select k.ord, s.sealed from ${input(wanted)}
    join search_segments s on s.shard = k.shard and s.index_id = k.id and s.segment = k.number::int`,
  page: (wanted: readonly Wanted[]) => sql.prepared<Row>`
    select k.ord, p.sealed from ${input(wanted)}
    join search_pages p on p.shard = k.shard and p.index_id = k.id and p.segment = k.segment and p.page = k.number::int`,
};
