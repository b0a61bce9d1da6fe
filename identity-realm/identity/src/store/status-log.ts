import { type Queries, sql } from '@cloister/database';
import type { OrganisationId, StatusEntry } from '@cloister/wire';
import type { ListedRealm } from '../domain/directory.ts';
import type { StatedOrganisation } from '../domain/named-organisation.ts';

type Unplaced<Entry> = Entry extends unknown ? Omit<Entry, 'seq'> : never;

/** One statement of the feed (wires.md §2, §10, §13). Ids, key servers' hosts and what organisations are called: people's names and addresses have no member to be in. */
export type StatusStatement = Unplaced<StatusEntry>;

/** The channel that tells waiting readers of a commit. */
export const statusChannel = 'identity_status';

/**
 * Appends to the log inside the transaction that makes the statement true. Writers queue at the head's row until the other
 * has committed, so a reader who saw number n will never meet a smaller one later.
 */
export const appendStatus = async (transaction: Queries, statement: StatusStatement): Promise<void> => {
  await transaction.execute(sql`
    WITH head AS (UPDATE status_head SET seq = seq + 1 RETURNING seq)
    INSERT INTO status_entries (seq, entry) SELECT seq, ${JSON.stringify(statement)}::jsonb FROM head`);
  await transaction.execute(sql`SELECT pg_notify(${statusChannel}, '')`);
};

/**
 * The number of the newest entry, and up to `limit` entries after a number, in order. Whom a case names is nobody's business
 * but the organisation's own realm's: the others' answers leave cases out.
 */
export const readStatus = async (
  queries: Queries,
  { after, limit, organisationIds }: { after: number; limit: number; organisationIds: readonly OrganisationId[] },
): Promise<{ readonly head: number; readonly entries: readonly StatusEntry[] }> => {
  // One statement sees one snapshot: the head never names an entry that the same answer could not have held.
  const rows = await queries.rows(sql<{ head: number; seq: number | null; entry: StatusStatement | null }>`
    SELECT head.seq AS head, page.seq, page.entry FROM status_head head LEFT JOIN LATERAL
      (SELECT seq, entry FROM status_entries WHERE seq > ${after}
        AND (entry->>'kind' <> 'case' OR entry->>'organisationId' = ANY (${[...organisationIds]}::text[]))
        ORDER BY seq LIMIT ${limit}) page ON true
    ORDER BY page.seq`);
  return {
    head: rows[0]?.head ?? 0,
    entries: rows.flatMap(({ seq, entry }) => (seq === null || entry === null ? [] : [{ seq, ...entry }])),
  };
};

/** Lets nobody else append until the transaction ends: for what is stated by comparing it with what was. */
export const lockStatus = async (transaction: Queries): Promise<void> => {
  await transaction.one(sql`SELECT 1 FROM status_head FOR UPDATE`);
};

/** Every key server that was ever stated, as it was stated last. */
export const listRealms = async (queries: Queries): Promise<readonly ListedRealm[]> => {
  const rows = await queries.rows(sql<{ entry: ListedRealm }>`
    SELECT DISTINCT ON (entry->>'kmsHost') entry FROM status_entries WHERE entry->>'kind' = 'realm'
    ORDER BY entry->>'kmsHost', seq DESC`);
  return rows.map(({ entry }) => entry);
};

/** Every organisation that was ever stated, or one, as it was stated last. */
export const listStatedOrganisations = (
  queries: Queries,
  only?: OrganisationId,
): Promise<readonly StatedOrganisation[]> =>
  queries.rows(sql<StatedOrganisation>`
    SELECT DISTINCT ON (entry->>'id') entry->>'id' AS id, entry->'name' AS name, entry->'domains' AS domains
    FROM status_entries WHERE entry->>'kind' = 'organisation' AND (${only ?? null}::text IS NULL OR entry->>'id' = ${only ?? null}::text)
    ORDER BY entry->>'id', seq DESC`);
