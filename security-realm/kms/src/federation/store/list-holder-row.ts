import { type Queries, sql } from '@cloister/database';
import type { KmsHost } from '@cloister/wire';

/** A realm that was given the list of a resource of ours, and what it does not know yet. */
export type Untold = {
  readonly resourceId: string;
  readonly kmsHost: KmsHost;
  readonly authorizationVersion: number;
  readonly revocationEpoch: number;
};

/** From here on every change of the list is told to that realm, for as long as it may use the list. */
export const holdList = (
  queries: Queries,
  { resourceId, kmsHost, until }: { resourceId: string; kmsHost: KmsHost; until: Date },
): Promise<number> =>
  queries.execute(sql.prepared`insert into list_holder (resource_id, kms_host, held_until)
    values (${resourceId}, ${kmsHost}, ${until})
    on conflict (resource_id, kms_host) do update set held_until = greatest(list_holder.held_until, excluded.held_until)`);

/** Counts what ends the use of a list without changing it: what happens to the main key, and to whom one may meet. */
const epoch = sql`(coalesce(o.epoch, 0) + coalesce(p.version, 0))`;

/** Somebody of the realm was put on the list: it is told until it has heard. */
export const expectHolder = (
  queries: Queries,
  { resourceId, kmsHost, version }: { resourceId: string; kmsHost: KmsHost; version: number },
): Promise<number> =>
  queries.execute(sql.prepared`insert into list_holder (resource_id, kms_host, held_until, added_version)
    values (${resourceId}, ${kmsHost}, '-infinity', ${version}::bigint)
    on conflict (resource_id, kms_host) do update set added_version = greatest(list_holder.added_version, excluded.added_version)`);

const columns = sql`h.resource_id as "resourceId", h.kms_host as "kmsHost", r.list_version as "authorizationVersion",
  ${epoch} as "revocationEpoch",
  row_number() over (partition by h.kms_host order by h.held_until desc, h.resource_id) as place`;
const source = sql`list_holder h join resource r using (resource_id)
  left join organisation_keys o on o.organisation_id = r.organisation_id
  left join outside_policy p on p.organisation_id = r.organisation_id`;

/** What realms that still may use a list do not know about it; `most` of each realm. */
export const untoldHolders = (queries: Queries, now: Date, most: number): Promise<Untold[]> =>
  queries.rows(sql<Untold>`select * from (select ${columns} from ${source}
    where h.held_until > ${now} and (h.told_version < r.list_version or h.told_epoch < ${epoch})) untold
    where place <= ${most}`);

/** What realms do not know whose people were put on a list; `most` of each realm. */
export const unheardHolders = (queries: Queries, most: number): Promise<Untold[]> =>
  queries.rows(sql<Untold>`select * from (select ${columns} from ${source}
    where h.told_version < h.added_version) unheard where place <= ${most}`);

/** How many of either there are. */
export const countUntold = (queries: Queries, now: Date): Promise<{ recalls: number; invitations: number }> =>
  queries.one(sql`select
      (count(*) filter (where h.held_until > ${now} and (h.told_version < r.list_version or h.told_epoch < ${epoch})))::int as recalls,
      (count(*) filter (where h.told_version < h.added_version))::int as invitations
    from ${source}`);

/** The realm knows as much, or more. */
export const setTold = (
  queries: Queries,
  { resourceId, kmsHost, authorizationVersion, revocationEpoch }: Untold,
): Promise<number> =>
  queries.execute(sql.prepared`update list_holder set told_version = greatest(told_version, ${authorizationVersion}::bigint),
      told_epoch = greatest(told_epoch, ${revocationEpoch}::bigint)
    where resource_id = ${resourceId} and kms_host = ${kmsHost}`);

export const deletePastHolders = (queries: Queries, now: Date): Promise<number> =>
  queries.execute(sql`delete from list_holder where held_until <= ${now} and told_version >= added_version`);

/** Whether any realm may use a list of ours. */
export const hasHolders = async (queries: Queries, now: Date): Promise<boolean> =>
  (await queries.maybe(sql.prepared`select 1 from list_holder where held_until > ${now} limit 1`)) !== null;
