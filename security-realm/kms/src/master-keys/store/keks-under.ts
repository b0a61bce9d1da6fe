import { type Queries, sql } from '@cloister/database';
import type { MasterKey } from '../domain/organisation-keys.ts';

/** Content KEKs under a main key, and how many of them a rotation could not open. */
export type Under = { readonly count: number; readonly refused: number };

/** How many content KEKs of an organisation are under each of its main keys, and under the realm's default one. */
export type KeksUnder = { readonly of: (keyId: string) => Under; readonly default: Under };

export const keksUnder = async (
  queries: Queries,
  { organisationId, keys }: { readonly organisationId: string; readonly keys: readonly Pick<MasterKey, 'keyId'>[] },
): Promise<KeksUnder> => {
  const rows = await queries.rows(
    sql<Under & { keyId: string }>`select hsm_key_id as "keyId", count(*)::integer as count,
        (count(*) filter (where rewrap_at > '-infinity'))::integer as refused
      from kek where organisation_id = ${organisationId} and level = 'content' group by hsm_key_id`,
  );
  const own = new Set(keys.map(({ keyId }) => keyId));
  const sum = (wanted: (keyId: string) => boolean): Under =>
    rows
      .filter(({ keyId }) => wanted(keyId))
      .reduce((all, row) => ({ count: all.count + row.count, refused: all.refused + row.refused }), none);
  return { of: (keyId) => sum((each) => each === keyId), default: sum((each) => !own.has(each)) };
};

const none: Under = { count: 0, refused: 0 };
