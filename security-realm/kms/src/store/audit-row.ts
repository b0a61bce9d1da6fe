import { type Queries, sql } from '@cloister/database';
import type { AuditHead } from '../audit/audit-chain.ts';

/** Null before the first entry. */
export const findAuditHead = (queries: Queries): Promise<AuditHead | null> =>
  queries.maybe(sql<AuditHead>`select seq, hash from audit order by seq desc limit 1`);

/** Entries after `seq`, each a JSON text with its hash. The primary key on `seq` refuses them when another wrote there first. */
export const insertAudit = (
  queries: Queries,
  { after, entries, hashes }: { after: number; entries: readonly string[]; hashes: readonly Buffer[] },
): Promise<number> =>
  // JSON has no line breaks of its own, so lines need none of an array's quoting.
  queries.execute(sql.prepared`insert into audit (seq, hash, entry)
    select ${after}::bigint + position, substring(${Buffer.concat(hashes)}::bytea from (32 * position - 31)::int for 32), entry
    from string_to_table(${entries.join('\n')}::text, E'\n') with ordinality as new (entry, position)`);
