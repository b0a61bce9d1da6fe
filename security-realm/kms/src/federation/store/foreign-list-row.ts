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

/** Before home is asked: what it tells while its answer is on the way must find a row. */
export const expectForeignList = (queries: Queries, resourceUri: ResourceUri): Promise<number> =>
  queries.execute(sql.prepared`insert into foreign_list (resource_uri) values (${resourceUri}) on conflict do nothing`);

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
