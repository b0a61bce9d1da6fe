import { type Queries, sql } from '@cloister/database';
import type { MainKey } from '@cloister/hsm';
import { CloisterError } from '@cloister/wire';

/** A main key whose KEKs are moved to the organisation's head. Null stands for the realm's default main key. */
export type Rotation = {
  readonly organisationId: string;
  readonly keyId: string | null;
  /** Whether Amazon does not let the key be used: what is still under it stays until it does (byok.md §4.2). */
  readonly isStalled: boolean;
};

/** Everything in rotation of organisations that are not frozen, the oldest first. */
export const rotations = (queries: Queries): Promise<Rotation[]> =>
  queries.rows(sql<Rotation>`select organisation_id as "organisationId", key_id as "keyId", "isStalled" from (
      select o.organisation_id, null::uuid as key_id, null::timestamptz as started, false as "isStalled" from organisation_keys o
        where o.default_role = 'rotation' and not o.is_frozen
      union all
      select k.organisation_id, k.key_id, k.rotation_started_at, k.unusable is not null from master_key k
        join organisation_keys o using (organisation_id) where k.state = 'rotation' and not o.is_frozen
    ) rotating order by organisation_id, started nulls first`);

/** How many KEKs are still under main keys in rotation, over all organisations. */
export const countLeftToRewrap = async (queries: Queries, defaultKeyId: string): Promise<number> => {
  const { count } = await queries.one(sql<{ count: number }>`select count(*)::integer as count from kek
    where level = 'content' and ((organisation_id, hsm_key_id) in (
        select organisation_id, key_id from master_key where state = 'rotation')
      or (hsm_key_id = ${defaultKeyId}
        and organisation_id in (select organisation_id from organisation_keys where default_role = 'rotation')))`);
  return count;
};

/** How many KEKs did not open when they were to be rewrapped, over all organisations. */
export const countRefusedKeks = async (queries: Queries): Promise<number> => {
  const { count } = await queries.one(sql<{ count: number }>`select count(*)::integer as count from kek
    where level = 'content' and rewrap_at > '-infinity'`);
  return count;
};

/** A main key of the organisation's own, as the hsm knows it. */
export const ownMainKey = async (queries: Queries, organisationId: string, keyId: string): Promise<MainKey> => {
  const row = await queries.maybe(sql<{ arn: string | null }>`select arn from master_key
    where organisation_id = ${organisationId} and key_id = ${keyId}`);
  if (row === null) throw new CloisterError('kms/internal');
  return { keyId, organisationId, ...(row.arn === null ? {} : { arn: row.arn }) };
};
