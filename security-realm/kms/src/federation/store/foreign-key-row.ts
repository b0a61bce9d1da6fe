import { type Queries, sql } from '@cloister/database';
import type { KeyRepresentation, KeyUri, ResourceUri } from '@cloister/wire';
import type { Sealed } from '../../keys/key-vault.ts';
import { inactiveKeks } from '../../store/kek-generation-row.ts';

/** A key of another key server, sealed for the people of one organisation of ours. */
export type ForeignKeyRow = Sealed & {
  readonly keyUri: KeyUri;
  readonly organisationId: string;
  readonly resourceUri: ResourceUri;
  /** As its key server represents it, its bytes left out. */
  readonly representation: KeyRepresentation;
  readonly askedAt: Date;
};

/** Those that may be released: of one under an inactive KEK its key server is asked again. */
export const findForeignKeys = (
  queries: Queries,
  keyUris: readonly KeyUri[],
  organisationId: string,
): Promise<ForeignKeyRow[]> =>
  queries.rows(sql.prepared<ForeignKeyRow>`select key_uri as "keyUri", organisation_id as "organisationId",
      resource_uri as "resourceUri", representation, kek_id as "kekId", kek_version as "kekVersion", sealed, commitment,
      asked_at as "askedAt"
    from foreign_key where organisation_id = ${organisationId} and key_uri = any(${[...keyUris]}::text[])
      and kek_id not in ${inactiveKeks}`);

export const keepForeignKeys = (queries: Queries, rows: readonly ForeignKeyRow[]): Promise<number> => {
  const column = <T>(of: (row: ForeignKeyRow) => T) => rows.map(of);
  return queries.execute(sql.prepared`insert into foreign_key (key_uri, organisation_id, resource_uri, representation,
      kek_id, kek_version, sealed, commitment, asked_at)
    select * from unnest(${column((row) => row.keyUri)}::text[], ${column((row) => row.organisationId)}::uuid[],
      ${column((row) => row.resourceUri)}::text[], ${column((row) => JSON.stringify(row.representation))}::jsonb[],
      ${column((row) => row.kekId)}::uuid[], ${column((row) => row.kekVersion)}::integer[],
      ${column((row) => row.sealed)}::bytea[], ${column((row) => row.commitment)}::bytea[],
      ${column((row) => row.askedAt)}::timestamptz[])
    on conflict (key_uri, organisation_id) do update set resource_uri = excluded.resource_uri,
      representation = excluded.representation, kek_id = excluded.kek_id, kek_version = excluded.kek_version,
      sealed = excluded.sealed, commitment = excluded.commitment, asked_at = excluded.asked_at
    where foreign_key.asked_at <= excluded.asked_at`);
};

/** What its key server does not give any more. */
export const dropForeignKeys = (
  queries: Queries,
  keyUris: readonly KeyUri[],
  organisationId: string,
): Promise<number> =>
  queries.execute(sql.prepared`delete from foreign_key
    where organisation_id = ${organisationId} and key_uri = any(${[...keyUris]}::text[])`);
