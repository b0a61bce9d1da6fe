import { type Queries, sql } from '@cloister/database';
import { countUntold } from './list-holder-row.ts';

/** How much of other realms is kept, and what they were not told yet. */
export type FederationNumbers = {
  readonly lists: number;
  readonly keys: number;
  /** Lists of ours that realms may use without knowing their newest state. */
  readonly recalls: number;
  /** Lists of ours of which realms do not know that somebody of theirs was put on them. */
  readonly invitations: number;
};

export const federationNumbers = async (queries: Queries, now: Date): Promise<FederationNumbers> => ({
  ...(await queries.one(sql<Pick<FederationNumbers, 'lists' | 'keys'>>`select
    (select count(*)::int from foreign_list where claims is not null) as lists,
    (select count(*)::int from foreign_key) as keys`)),
  ...(await countUntold(queries, now)),
});
