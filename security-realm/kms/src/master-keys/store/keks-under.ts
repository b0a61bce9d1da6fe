import { type Queries, sql } from '@cloister/database';
import type { MasterKey } from '../domain/organisation-keys.ts';

/** How many content KEKs of an organisation are under each of its main keys, and under the realm's default one. */
export type KeksUnder = { readonly of: (keyId: string) => number; readonly default: number };

export const keksUnder = async (
  queries: Queries,
  { organisationId, keys }: { readonly organisationId: string; readonly keys: readonly Pick<MasterKey, 'keyId'>[] },
): Promise<KeksUnder> => {
  const rows = await queries.rows(
    sql<{ keyId: string; count: number }>`select hsm_key_id as "keyId", count(*)::integer as count from kek
      where organisation_id = ${organisationId} and level = 'content' group by hsm_key_id`,
  );
  const own = new Set(keys.map(({ keyId }) => keyId));
  const count = (wanted: (keyId: string) => boolean) =>
    rows.reduce((sum, row) => sum + (wanted(row.keyId) ? row.count : 0), 0);
  return { of: (keyId) => count((each) => each === keyId), default: count((each) => !own.has(each)) };
};
