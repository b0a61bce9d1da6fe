import { type Queries, sql } from '@cloister/database';
import type { ListClaims } from '@cloister/receipts';
import type { CompactJws, ListRecalled, ResourceUri } from '@cloister/wire';

/** A list that home stated, and when it was asked for. */
export type ForeignListRow = { readonly claims: ListClaims; readonly askedAt: Date };

/** The list as it was stated last, unless home has told of a newer one. */
export const findForeignList = (queries: Queries, resourceUri: ResourceUri): Promise<ForeignListRow | null> =>
  queries.maybe(sql.prepared<ForeignListRow>`select claims, asked_at as "askedAt" from foreign_list
    where resource_uri = ${resourceUri} and claims is not null
      and (claims->>'authorizationVersion')::bigint >= known_version
      and (claims->>'revocationEpoch')::bigint >= known_epoch`);

/** The newest that home stated, whether it holds or not. */
export const lastForeignList = async (queries: Queries, resourceUri: ResourceUri): Promise<ListClaims | null> => {
  const row = await queries.maybe(sql.prepared<{ claims: ListClaims | null }>`select claims from foreign_list
    where resource_uri = ${resourceUri}`);
  return row?.claims ?? null;
};

/** Leaves nothing of a resource of which home never said anything. */
export const forgetForeignList = (queries: Queries, resourceUri: ResourceUri): Promise<number> =>
  queries.execute(sql.prepared`delete from foreign_list
    where resource_uri = ${resourceUri} and claims is null and known_version = 0 and known_epoch = 0`);

/** As of when home told of its list. */
export type KnownVersion = { readonly knownVersion: number; readonly knownEpoch: number };

/** Before home is asked: what it tells while its answer is on the way must find a row. */
export const expectForeignList = (queries: Queries, resourceUri: ResourceUri): Promise<KnownVersion> =>
  queries.one(sql.prepared<KnownVersion>`insert into foreign_list as l (resource_uri) values (${resourceUri})
    on conflict (resource_uri) do update set resource_uri = l.resource_uri
    returning known_version as "knownVersion", known_epoch as "knownEpoch"`);

/** False when home has told of a newer list meanwhile. */
export const keepForeignList = async (
  queries: Queries,
  { claims, statement, askedAt }: ForeignListRow & { readonly statement: CompactJws },
): Promise<boolean> =>
  (await queries.execute(sql.prepared`update foreign_list
    set claims = ${JSON.stringify(claims)}::jsonb, statement = ${statement}, asked_at = ${askedAt},
      known_version = ${claims.authorizationVersion}::bigint, known_epoch = ${claims.revocationEpoch}::bigint
    where resource_uri = ${claims.resourceUri} and known_version <= ${claims.authorizationVersion}::bigint
      and known_epoch <= ${claims.revocationEpoch}::bigint`)) > 0;

/** Home has a newer list. What nobody here asked for leaves no trace. */
export const recallForeignList = (
  queries: Queries,
  { resourceUri, authorizationVersion, revocationEpoch }: ListRecalled,
): Promise<number> =>
  queries.execute(sql.prepared`update foreign_list
    set known_version = greatest(known_version, ${authorizationVersion}::bigint),
      known_epoch = greatest(known_epoch, ${revocationEpoch}::bigint)
    where resource_uri = ${resourceUri}`);

/** Home says that nobody of ours is on it any more. */
export const dropForeignList = (queries: Queries, resourceUri: ResourceUri): Promise<number> =>
  queries.execute(sql.prepared`update foreign_list set claims = null, statement = null, asked_at = null
    where resource_uri = ${resourceUri}`);
