import { type Queries, sql } from '@cloister/database';

/** A main key whose time is over. */
export type DueKey = { readonly organisationId: string; readonly keyId: string };

export const dueRetired = (queries: Queries, at: Date): Promise<DueKey[]> =>
  queries.rows(sql<DueKey>`select organisation_id as "organisationId", key_id as "keyId" from master_key
    where state = 'retired' and retire_at <= ${at} order by retire_at`);

export const duePurges = (queries: Queries, at: Date): Promise<DueKey[]> =>
  queries.rows(sql<DueKey>`select organisation_id as "organisationId", key_id as "keyId" from master_key
    where state = 'deleted' and purge_at <= ${at} order by purge_at`);

export const dueDisposals = (queries: Queries, at: Date): Promise<DueKey[]> =>
  queries.rows(sql<DueKey>`select organisation_id as "organisationId", key_id as "keyId" from hsm_disposal
    where due_at <= ${at} order by due_at`);

export const countDueDisposals = async (queries: Queries, at: Date): Promise<number> => {
  const { count } = await queries.one(
    sql<{ count: number }>`select count(*)::integer as count from hsm_disposal where due_at <= ${at}`,
  );
  return count;
};

/** Holds a disposal that is still due, so that nobody puts it off or takes the key up meanwhile. */
export const lockDisposal = async (tx: Queries, keyId: string, at: Date): Promise<boolean> =>
  (await tx.maybe(sql`select key_id from hsm_disposal where key_id = ${keyId} and due_at <= ${at}
    for update skip locked`)) !== null;

/**
 * Why a key may not be destroyed; null when it may. A key that was purged as its organisation's head is shredded with
 * what is under it (byok.md §3): nothing but the original brings that back.
 */
export const whyNeeded = async (
  tx: Queries,
  { keyId, organisationId }: DueKey,
): Promise<'live' | 'referenced' | null> => {
  const { live, referenced, shredded } = await tx.one(sql<{
    live: boolean;
    referenced: boolean;
    shredded: boolean;
  }>`select
    exists (select 1 from master_key where key_id = ${keyId} and state <> 'removed') as live,
    exists (select 1 from kek where hsm_key_id = ${keyId}) as referenced,
    exists (select 1 from organisation_keys o join master_key k on k.key_id = o.head_key_id
      where o.organisation_id = ${organisationId} and o.head_key_id = ${keyId} and k.state = 'removed') as shredded`);
  if (live) return 'live';
  return referenced && !shredded ? 'referenced' : null;
};

/** KEKs of an organisation that are under a main key. Right while nobody can change the head, whose row is locked. */
export const countKeksUnder = async (tx: Queries, organisationId: string, hsmKeyId: string): Promise<number> => {
  const { count } = await tx.one(sql<{ count: number }>`select count(*)::integer as count from kek
    where level = 'content' and organisation_id = ${organisationId} and hsm_key_id = ${hsmKeyId}`);
  return count;
};
