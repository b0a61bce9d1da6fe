import { type Queries, type Sql, sql } from '@cloister/database';
import type { ActivityId, RoomId, UserId } from '@cloister/wire';
import type { StoredActivity } from '../domain/stored-activity.ts';

/** The columns of a {@link StoredActivity}. */
export const activityColumns = sql<StoredActivity>`
  room_id as "roomId", position, id, actor_id as "actorId", verb, published, object, key_uri as "keyUri",
  parent_id as "parentId", parent_type as "parentType", client_temp_id as "clientTempId", cloister, extra, receipt`;

/** Which part of a room's log, always answered in ascending order of position. */
export interface ActivityRange {
  /** Positions after this one, oldest first. */
  readonly after?: number;
  /** Positions before this one, the newest of them. */
  readonly before?: number;
  /** Published at or after. */
  readonly since?: Date;
  /** Published before. */
  readonly until?: Date;
  readonly limit: number;
}

/** Entries of a room's log, up to the last position the reader may have. */
export const readActivities = async (
  db: Queries,
  roomId: RoomId,
  range: ActivityRange,
  last = Number.MAX_SAFE_INTEGER,
) => {
  const forward =
    range.after !== undefined || (range.since !== undefined && range.until === undefined && range.before === undefined);
  const rows = await db.rows(sql<StoredActivity>`
    select ${activityColumns} from activities
    where room_id = ${roomId} and position <= ${last}::bigint
      ${range.after === undefined ? sql`` : sql`and position > ${range.after}::bigint`}
      ${range.before === undefined ? sql`` : sql`and position < ${range.before}::bigint`}
      ${range.since === undefined ? sql`` : sql`and published >= ${range.since}::timestamptz`}
      ${range.until === undefined ? sql`` : sql`and published < ${range.until}::timestamptz`}
    order by position ${forward ? sql`asc` : sql`desc`} limit ${range.limit}`);
  return forward ? rows : rows.reverse();
};

export const findActivity = (db: Queries, roomId: RoomId, id: ActivityId): Promise<StoredActivity | null> =>
  one(db, sql`room_id = ${roomId} and id = ${id}`);

export const findByTempId = (
  db: Queries,
  roomId: RoomId,
  actorId: UserId,
  clientTempId: string,
): Promise<StoredActivity | null> =>
  one(db, sql`room_id = ${roomId} and actor_id = ${actorId} and client_temp_id = ${clientTempId}`);

const one = (db: Queries, condition: Sql): Promise<StoredActivity | null> =>
  db.maybe(sql.prepared<StoredActivity>`select ${activityColumns} from activities where ${condition}`);

/** Appends one entry inside a transaction that holds the room's lock. */
export const insertActivity = async (db: Queries, entry: StoredActivity): Promise<void> => {
  await db.execute(sql.prepared`
    insert into activities (room_id, position, id, actor_id, verb, published, object, key_uri, parent_id, parent_type,
      client_temp_id, cloister, extra, receipt)
    values (${entry.roomId}, ${entry.position}, ${entry.id}, ${entry.actorId}, ${entry.verb}, ${entry.published},
      ${entry.object}, ${entry.keyUri}, ${entry.parentId}, ${entry.parentType}, ${entry.clientTempId}, ${entry.cloister},
      ${entry.extra}, ${entry.receipt})`);
};
