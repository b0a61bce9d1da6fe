import { type Queries, sql } from '@cloister/database';
import { hostOf, type KeyUri, type KmsHost, type ResourceUri } from '@cloister/wire';

/** Whether keys of that key server are bound to the resource: it has to know who may read them. */
export const hasBindingOf = async (queries: Queries, resourceId: string, kmsHost: KmsHost): Promise<boolean> =>
  (await queries.maybe(sql.prepared`select 1 from foreign_binding
    where resource_id = ${resourceId} and kms_host = ${kmsHost} limit 1`)) !== null;

/** How many keys of that key server are bound to the resource; no more are counted than `most`. */
export const countBindings = async (
  queries: Queries,
  resourceId: string,
  kmsHost: KmsHost,
  most: number,
): Promise<number> => {
  const { count } = await queries.one(sql.prepared<{ count: number }>`select count(*)::int as count
    from (select 1 from foreign_binding where resource_id = ${resourceId} and kms_host = ${kmsHost} limit ${most}) bound`);
  return count;
};

/** A key of ours is for the list of a resource elsewhere. */
export const bindKeyElsewhere = (
  queries: Queries,
  { keyId, resourceUri, boundAt }: { keyId: string; resourceUri: ResourceUri; boundAt: Date },
): Promise<number> =>
  queries.execute(sql.prepared`update content_key set foreign_resource = ${resourceUri}, bound_at = ${boundAt}
    where key_id = ${keyId} and resource_id is null and foreign_resource is null`);

/** A key of another key server that is bound to a resource here. */
export type ForeignBinding = {
  readonly keyUri: KeyUri;
  readonly resourceId: string;
  readonly creatorId: string;
  readonly boundAt: Date;
  /** The list's version when it was bound. */
  readonly boundVersion: number;
};

/** The binding as it is now: the one that was there first. */
export const bindForeignKey = async (queries: Queries, binding: ForeignBinding): Promise<ForeignBinding> => {
  const { keyUri, resourceId, creatorId, boundAt, boundVersion } = binding;
  await queries.execute(sql.prepared`insert into foreign_binding (key_uri, kms_host, resource_id, creator_id, bound_at, bound_version)
    values (${keyUri}, ${hostOf(keyUri)}, ${resourceId}, ${creatorId}, ${boundAt}, ${boundVersion}::bigint)
    on conflict do nothing`);
  return queries.one(sql.prepared<ForeignBinding>`select key_uri as "keyUri", resource_id as "resourceId",
      creator_id as "creatorId", bound_at as "boundAt", bound_version as "boundVersion"
    from foreign_binding where key_uri = ${keyUri} for update`);
};
