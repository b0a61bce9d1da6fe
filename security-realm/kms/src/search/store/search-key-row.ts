import { type Queries, sql } from '@cloister/database';
import type { ResourceUri } from '@cloister/wire';
import type { Sealed } from '../../keys/key-vault.ts';
import { frozenOrganisations } from '../../master-keys/store/organisation-keys-row.ts';
import { inactiveKeks } from '../../store/kek-generation-row.ts';

/** A search key to be stored: of one organisation, for a resource here or elsewhere. */
export type NewSearchKey = Sealed & {
  readonly organisationId: string;
  readonly resourceUri: ResourceUri;
  /** From 1, without gaps. */
  readonly epoch: number;
  readonly createdAt: Date;
};

export type SearchKeyRow = NewSearchKey & {
  /** Whether its KEK is inactive, or its organisation's main key off: then nobody gets it. */
  readonly isRevoked: boolean;
};

/** Oldest first of each resource. */
export const findSearchKeys = (
  queries: Queries,
  organisationId: string,
  resourceUris: readonly ResourceUri[],
): Promise<SearchKeyRow[]> =>
  queries.rows(sql.prepared<SearchKeyRow>`select organisation_id as "organisationId", resource_uri as "resourceUri", epoch,
      kek_id as "kekId", kek_version as "kekVersion", wrapped as sealed, commitment, created_at as "createdAt",
      (kek_id in ${inactiveKeks} or organisation_id in ${frozenOrganisations}) as "isRevoked"
    from search_key where organisation_id = ${organisationId} and resource_uri = any(${[...resourceUris]}::text[])
    order by resource_uri, epoch`);

/** Those of which there is none yet: another node may have been faster, and its keys stand. */
export const insertSearchKeys = (queries: Queries, rows: readonly NewSearchKey[]): Promise<number> => {
  const column = <T>(of: (row: NewSearchKey) => T) => rows.map(of);
  return queries.execute(sql.prepared`insert into search_key (organisation_id, resource_uri, epoch, kek_id, kek_version,
      wrapped, commitment, created_at)
    select * from unnest(${column((row) => row.organisationId)}::uuid[], ${column((row) => row.resourceUri)}::text[],
      ${column((row) => row.epoch)}::integer[], ${column((row) => row.kekId)}::uuid[],
      ${column((row) => row.kekVersion)}::integer[], ${column((row) => row.sealed)}::bytea[],
      ${column((row) => row.commitment)}::bytea[], ${column((row) => row.createdAt)}::timestamptz[])
    on conflict do nothing`);
};

export const countSearchKeys = async (queries: Queries): Promise<number> =>
  (await queries.one(sql<{ count: number }>`select count(*)::int as count from search_key`)).count;
