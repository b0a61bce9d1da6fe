import { sql } from '@cloister/database';
import type { SearchParts } from './parts.ts';

/** What lies in the databases: tables with their indexes, as PostgreSQL counts them. */
export async function stored({ core, indexer, index }: SearchParts) {
  const { postings } = await index.size(
    (await core.one(sql<{ id: never }>`select organisation_id as id from rooms limit 1`)).id,
  );
  const { bytes } = await core.one(sql<{ bytes: number }>`
    select sum(pg_total_relation_size(oid))::bigint as bytes from pg_class where relname like 'search\\_%' and relkind = 'r'`);
  // Of the peer its index and the words it keeps beside each message; the message itself is no part of either.
  const plain = await core.one(sql<{ bytes: number }>`
    select pg_relation_size('plain_words') + (select sum(pg_column_size(words)) from plain)::bigint as bytes`);
  const counters = await indexer.one(
    sql<{ bytes: number }>`select pg_total_relation_size('counters')::bigint as bytes`,
  );
  return { postings, bytes, plainBytes: plain.bytes, counterBytes: counters.bytes };
}
