import { type Queries, sql } from '@cloister/database';
import type { OrganisationId } from '@cloister/wire';

/** How much there is of an index. */
export interface IndexSize {
  /** Rooms, each generation for itself. */
  readonly indexes: number;
  readonly postings: number;
  readonly pages: number;
  /** Sealed bytes in the store. */
  readonly bytes: number;
}

/** Of one organisation, or of all. */
export const indexSize = (db: Queries, organisationId?: OrganisationId): Promise<IndexSize> =>
  db.one(sql<IndexSize>`
    select count(*)::int as indexes, coalesce(sum(postings), 0)::bigint as postings, coalesce(sum(pages), 0)::bigint as pages,
      coalesce(sum(bytes + coalesce(octet_length(head), 0)), 0)::bigint as bytes
    from search_indexes ${organisationId === undefined ? sql`` : sql`where organisation_id = ${organisationId}`}`);

export const liveBatches = async (db: Queries): Promise<number> =>
  (await db.one(sql<{ count: number }>`select count(*)::int as count from search_batches`)).count;
