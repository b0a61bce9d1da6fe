import { type Queries, sql } from '@cloister/database';
import type { OrganisationId } from '@cloister/wire';
import { frozenOrganisations } from '../../master-keys/store/organisation-keys-row.ts';
import { inactiveKeks } from '../../store/kek-generation-row.ts';
import type { KeyRow } from '../../store/key-row.ts';

/** A key with what decides whether another realm may have it. */
export type KeyForPeer = KeyRow & {
  readonly roomId: string | null;
  readonly listVersion: number | null;
  /** Whose resource here it is bound to. */
  readonly resourceOrganisationId: string | null;
  /** Whether somebody of the realm stands on its resource's list here. */
  readonly isListed: boolean;
};

export const keysForPeer = (
  queries: Queries,
  ids: readonly string[],
  organisationIds: readonly OrganisationId[],
  now: Date,
): Promise<KeyForPeer[]> =>
  queries.rows(sql.prepared<KeyForPeer>`select k.key_id as "keyId", k.organisation_id as "organisationId",
      k.kek_id as "kekId", k.kek_version as "kekVersion", k.wrapped as sealed, k.commitment,
      k.creator_id as "creatorId", k.client_id as "clientId", k.created_at as "createdAt", k.expires_at as "expiresAt",
      k.resource_id as "resourceId", k.bound_at as "boundAt", k.foreign_resource as "foreignResource",
      r.room_id as "roomId", r.list_version as "listVersion",
      r.organisation_id as "resourceOrganisationId",
      (k.kek_id in ${inactiveKeks} or k.organisation_id in ${frozenOrganisations}
        or coalesce(r.organisation_id in ${frozenOrganisations}, false)) as "isRevoked",
      exists (select 1 from resource_authorization a where a.resource_id = k.resource_id and a.subject_kind = 'person'
        and a.subject_organisation_id = any(${[...organisationIds]}::uuid[])
        and (a.expires_at is null or a.expires_at > ${now})
        and (r.expires_at is null or r.expires_at > ${now})) as "isListed"
    from content_key k left join resource r on r.resource_id = k.resource_id
    where k.key_id = any(${ids}::uuid[])`);
