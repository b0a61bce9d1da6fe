import { type Queries, sql } from '@cloister/database';
import type { ResourceUri } from '@cloister/wire';
import type { Sealed } from '../keys/key-vault.ts';
import { frozenOrganisations } from '../master-keys/store/organisation-keys-row.ts';
import { inactiveKeks } from './kek-generation-row.ts';

/** A content key as stored: wrapped, and bound to at most one resource, here or elsewhere. */
export type KeyRow = Sealed & {
  readonly keyId: string;
  readonly organisationId: string;
  readonly creatorId: string;
  readonly clientId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly resourceId: string | null;
  /** The resource elsewhere that it is bound to: then `resourceId` is null. */
  readonly foreignResource: ResourceUri | null;
  readonly boundAt: Date | null;
  /** Whether its KEK is inactive, or the main key off of its organisation or its resource's: then nobody gets it. */
  readonly isRevoked: boolean;
};

/** A key with what decides whether one person may have it. */
export type KeyForPerson = KeyRow & {
  readonly roomId: string | null;
  readonly listVersion: number | null;
  /** Whose resource it is bound to. */
  readonly resourceOrganisationId: string | null;
  /** Whether the time of its resource is over. */
  readonly isOver: boolean;
  /** Whether the person is authorized on its resource directly. */
  readonly isDirect: boolean;
};

const ofPerson = (ids: readonly string[], personId: string, now: Date) => sql.prepared<KeyForPerson>`
  select k.key_id as "keyId", k.organisation_id as "organisationId", k.kek_id as "kekId", k.kek_version as "kekVersion",
    k.wrapped as sealed, k.commitment, k.creator_id as "creatorId", k.client_id as "clientId",
    k.created_at as "createdAt", k.expires_at as "expiresAt", k.resource_id as "resourceId", k.bound_at as "boundAt",
    k.foreign_resource as "foreignResource", r.room_id as "roomId", r.list_version as "listVersion", r.organisation_id as "resourceOrganisationId",
    coalesce(r.expires_at <= ${now}, false) as "isOver", a.subject_id is not null as "isDirect",
    (k.kek_id in ${inactiveKeks} or k.organisation_id in ${frozenOrganisations}
      or coalesce(r.organisation_id in ${frozenOrganisations}, false)) as "isRevoked"
  from content_key k
  left join resource r on r.resource_id = k.resource_id
  left join resource_authorization a
    on a.resource_id = k.resource_id and a.subject_kind = 'person' and a.subject_id = ${personId}::uuid
      and (a.expires_at is null or a.expires_at > ${now})
  where k.key_id = any(${ids}::uuid[])`;

export const keysForPerson = (
  queries: Queries,
  ids: readonly string[],
  personId: string,
  now: Date,
): Promise<KeyForPerson[]> => queries.rows(ofPerson(ids, personId, now));

const columns = sql`key_id as "keyId", organisation_id as "organisationId", kek_id as "kekId",
  kek_version as "kekVersion", wrapped as sealed, commitment, creator_id as "creatorId", client_id as "clientId",
  created_at as "createdAt", expires_at as "expiresAt", resource_id as "resourceId", bound_at as "boundAt",
  foreign_resource as "foreignResource", (kek_id in ${inactiveKeks} or organisation_id in ${frozenOrganisations} or exists (select 1 from resource r
    where r.resource_id = content_key.resource_id and r.organisation_id in ${frozenOrganisations})) as "isRevoked"`;

/** A key that is about to be bound, or was at that version of its resource's list. */
export type LockedKeyRow = KeyRow & { readonly boundVersion: number | null };

/** Locks the keys, so that two requests cannot bind one. */
export const lockKeys = (queries: Queries, ids: readonly string[]): Promise<LockedKeyRow[]> =>
  queries.rows(
    sql.prepared<LockedKeyRow>`select ${columns}, bound_version as "boundVersion" from content_key where key_id = any(${ids}::uuid[]) order by key_id for update`,
  );

export const insertKeys = (queries: Queries, rows: readonly KeyRow[]): Promise<number> => {
  const column = <T>(of: (row: KeyRow) => T) => rows.map(of);
  return queries.execute(sql.prepared`insert into content_key (key_id, organisation_id, kek_id, kek_version, wrapped,
      commitment, creator_id, client_id, created_at, expires_at)
    select * from unnest(${column((row) => row.keyId)}::uuid[], ${column((row) => row.organisationId)}::uuid[],
      ${column((row) => row.kekId)}::uuid[], ${column((row) => row.kekVersion)}::integer[],
      ${column((row) => row.sealed)}::bytea[], ${column((row) => row.commitment)}::bytea[],
      ${column((row) => row.creatorId)}::uuid[], ${column((row) => row.clientId)}::text[],
      ${column((row) => row.createdAt)}::timestamptz[], ${column((row) => row.expiresAt)}::timestamptz[])`);
};

export const bindKeys = (
  queries: Queries,
  ids: readonly string[],
  { resourceId, listVersion }: { readonly resourceId: string; readonly listVersion: number },
  at: Date,
): Promise<number> =>
  queries.execute(sql.prepared`update content_key
    set resource_id = ${resourceId}, bound_at = ${at}, bound_version = ${listVersion}::bigint
    where key_id = any(${ids}::uuid[]) and resource_id is null and foreign_resource is null`);

/** Keys of a resource, newest first: none bound before `boundAfter`, none at `boundBefore` or later (the draft's bounds). */
export const keysOfResource = (
  queries: Queries,
  resourceId: string,
  range: { boundAfter: Date | null; boundBefore: Date | null; limit: number },
): Promise<KeyRow[]> =>
  queries.rows(sql.prepared<KeyRow>`select ${columns} from content_key where resource_id = ${resourceId}
    and (${range.boundAfter}::timestamptz is null or bound_at >= ${range.boundAfter})
    and (${range.boundBefore}::timestamptz is null or bound_at < ${range.boundBefore})
    order by bound_at desc, key_id limit ${range.limit}`);

export const deleteExpiredKeys = (queries: Queries, now: Date): Promise<number> =>
  queries.execute(sql`delete from content_key
    where resource_id is null and foreign_resource is null and expires_at < ${now}`);

/** Keys of resources whose time is over. */
export const deleteKeysOfExpired = (queries: Queries, now: Date): Promise<number> =>
  queries.execute(sql`delete from content_key using resource r
    where content_key.resource_id = r.resource_id and r.expires_at <= ${now}`);
