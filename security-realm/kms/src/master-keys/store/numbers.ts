import { type Queries, sql } from '@cloister/database';
import { countDueDisposals } from './due-row.ts';
import { countUnacknowledged } from './node-row.ts';
import { countLeftToRewrap, countRefusedKeks } from './rotation-row.ts';

/** What the operator watches, the same on every node. */
export type MasterKeyNumbers = {
  readonly frozenOrganisations: number;
  readonly leftToRewrap: number;
  readonly refusedKeks: number;
  readonly unacknowledged: number;
  readonly disposalsDue: number;
};

export const masterKeyNumbers = async (queries: Queries, defaultKeyId: string, at: Date): Promise<MasterKeyNumbers> => {
  const { count } = await queries.one(
    sql<{ count: number }>`select count(*)::integer as count from organisation_keys where is_frozen`,
  );
  return {
    frozenOrganisations: count,
    leftToRewrap: await countLeftToRewrap(queries, defaultKeyId),
    refusedKeks: await countRefusedKeks(queries),
    unacknowledged: await countUnacknowledged(queries, at),
    disposalsDue: await countDueDisposals(queries, at),
  };
};
