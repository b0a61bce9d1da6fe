import { type Queries, sql } from '@cloister/database';
import type { KmsHost, OrganisationId, OutsidePolicy, UserId } from '@cloister/wire';

/** An organisation's policy, and how often it was changed. */
export type OutsidePolicyRow = OutsidePolicy & { readonly version: number };

/** Another organisation that was met or paused. */
export type OutsideOrganisationRow = {
  readonly organisationId: OrganisationId;
  readonly kmsHost: KmsHost | null;
  readonly metAt: Date | null;
  readonly pausedAt: Date | null;
  readonly pausedBy: UserId | null;
};

const columns = sql`version, mode, domains`;

export const findOutsidePolicy = async (queries: Queries, organisationId: string): Promise<OutsidePolicyRow> => {
  const row = await queries.maybe(
    sql<OutsidePolicyRow>`select ${columns} from outside_policy where organisation_id = ${organisationId}`,
  );
  return row ?? { version: 0, mode: 'everybody', domains: [] };
};

/** Waits for who changes it, then holds it until the transaction ends. */
export const lockOutsidePolicy = async (tx: Queries, organisationId: string): Promise<OutsidePolicyRow> => {
  await tx.execute(sql`insert into outside_policy (organisation_id) values (${organisationId}) on conflict do nothing`);
  return tx.one(
    sql<OutsidePolicyRow>`select ${columns} from outside_policy where organisation_id = ${organisationId} for update`,
  );
};

export const saveOutsidePolicy = (tx: Queries, organisationId: string, row: OutsidePolicyRow): Promise<number> =>
  tx.execute(sql`update outside_policy set version = ${row.version}::bigint, mode = ${row.mode},
    domains = ${[...row.domains]}::text[] where organisation_id = ${organisationId}`);

/** Those that were met or are paused, in the order in which they were met. */
export const outsideOrganisations = (queries: Queries, ownId: string): Promise<OutsideOrganisationRow[]> =>
  queries.rows(sql<OutsideOrganisationRow>`select organisation_id as "organisationId", kms_host as "kmsHost",
      met_at as "metAt", paused_at as "pausedAt", paused_by as "pausedBy"
    from outside_organisation where own_id = ${ownId} and (met_at is not null or paused_at is not null)
    order by met_at nulls last, organisation_id`);

/** Whether it was not paused before. */
export const pauseOrganisation = async (
  tx: Queries,
  ownId: string,
  paused: { readonly organisationId: string; readonly kmsHost: KmsHost | null; readonly at: Date; readonly by: string },
): Promise<boolean> =>
  (await tx.execute(sql`insert into outside_organisation as o (own_id, organisation_id, kms_host, paused_at, paused_by)
    values (${ownId}, ${paused.organisationId}, ${paused.kmsHost}, ${paused.at}, ${paused.by})
    on conflict (own_id, organisation_id) do update set paused_at = excluded.paused_at, paused_by = excluded.paused_by
    where o.paused_at is null`)) > 0;

/** Whether it was paused. */
export const resumeOrganisation = async (tx: Queries, ownId: string, organisationId: string): Promise<boolean> =>
  (await tx.execute(sql`update outside_organisation set paused_at = null, paused_by = null
    where own_id = ${ownId} and organisation_id = ${organisationId} and paused_at is not null`)) > 0;

/**
 * An organisation served here and another one share a resource; who met before has met then, and locks nothing: every change
 * that shares something comes by here.
 */
export const noteMet = (
  queries: Queries,
  met: readonly { readonly ownId: string; readonly organisationId: string; readonly kmsHost: KmsHost | null }[],
  at: Date,
): Promise<number> =>
  queries.execute(sql.prepared`insert into outside_organisation as o (own_id, organisation_id, kms_host, met_at)
    select *, ${at}::timestamptz from unnest(${met.map(({ ownId }) => ownId)}::uuid[],
      ${met.map(({ organisationId }) => organisationId)}::uuid[], ${met.map(({ kmsHost }) => kmsHost)}::text[])
      as new (own_id, organisation_id, kms_host)
    where not exists (select 1 from outside_organisation known where known.own_id = new.own_id
      and known.organisation_id = new.organisation_id and known.met_at is not null)
    order by own_id, organisation_id
    on conflict (own_id, organisation_id) do update set met_at = excluded.met_at,
      kms_host = coalesce(excluded.kms_host, o.kms_host) where o.met_at is null`);
