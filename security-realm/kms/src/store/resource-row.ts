import { type Queries, sql } from '@cloister/database';

/** A room's resource, or one that no room has (`roomId` null). */
export type ResourceRow = {
  readonly resourceId: string;
  readonly organisationId: string;
  readonly roomId: string | null;
  /** Counts the changes of its authorizations. */
  readonly listVersion: number;
  /** The list's version at the last departure: who left may have read keys bound before. */
  readonly departureVersion: number;
  /** When its time is over; null for never, as every room's. */
  readonly expiresAt: Date | null;
  /** The hash of its last receipt. */
  readonly lastReceipt: string | null;
};

/** The resource once its list has changed. */
export const withNextVersion = (before: ResourceRow): ResourceRow => ({
  ...before,
  listVersion: before.listVersion + 1,
});

/** The resource once somebody was taken off its list. */
export const withDeparture = (before: ResourceRow): ResourceRow => {
  const after = withNextVersion(before);
  return { ...after, departureVersion: after.listVersion };
};

const columns = sql`resource_id as "resourceId", organisation_id as "organisationId", room_id as "roomId",
  list_version as "listVersion", departure_version as "departureVersion", expires_at as "expiresAt",
  last_receipt as "lastReceipt"`;

export const findResource = (queries: Queries, resourceId: string): Promise<ResourceRow | null> =>
  queries.maybe(sql.prepared<ResourceRow>`select ${columns} from resource where resource_id = ${resourceId}`);

/** Locks the resource: its list, its keys and its chain of receipts change one after the other. */
export const lockResource = (queries: Queries, resourceId: string): Promise<ResourceRow | null> =>
  queries.maybe(
    sql.prepared<ResourceRow>`select ${columns} from resource where resource_id = ${resourceId} for update`,
  );

/** False when the room has a resource already. */
export const insertResource = async (
  queries: Queries,
  row: Omit<ResourceRow, 'lastReceipt' | 'departureVersion'> & { creatorId: string; createdAt: Date },
): Promise<boolean> => {
  const inserted = await queries.execute(sql`insert into resource
      (resource_id, organisation_id, room_id, creator_id, list_version, expires_at, created_at)
    values (${row.resourceId}, ${row.organisationId}, ${row.roomId}, ${row.creatorId}, ${row.listVersion},
      ${row.expiresAt}, ${row.createdAt})
    on conflict (room_id) do nothing`);
  return inserted === 1;
};

/** The same, unless somebody else has it locked: then null. */
export const lockResourceIfFree = (queries: Queries, resourceId: string): Promise<ResourceRow | null> =>
  queries.maybe(sql.prepared<ResourceRow>`select ${columns} from resource where resource_id = ${resourceId}
    for update skip locked`);

/** What changes about a resource: its list's versions and the last receipt of its chain. */
export const saveResource = (
  queries: Queries,
  {
    resourceId,
    listVersion,
    departureVersion,
    lastReceipt,
  }: Pick<ResourceRow, 'resourceId' | 'listVersion' | 'departureVersion' | 'lastReceipt'>,
): Promise<number> =>
  queries.execute(sql.prepared`update resource set list_version = ${listVersion}, departure_version = ${departureVersion},
    last_receipt = ${lastReceipt} where resource_id = ${resourceId}`);

export const existingResources = async (queries: Queries, ids: readonly string[], now: Date): Promise<Set<string>> => {
  const rows = await queries.rows(
    sql<{ id: string }>`select resource_id as id from resource where resource_id = any(${ids}::uuid[])
      and (expires_at is null or expires_at > ${now})`,
  );
  return new Set(rows.map(({ id }) => id));
};
