import { type Queries, sql } from '@cloister/database';
import type { DeviceId, OrganisationId, RoomId, UserId } from '@cloister/wire';
import type { Room } from '../domain/room.ts';
import { roomColumns } from './room-columns.ts';

/** The room, locked until the transaction ends. */
export const lockRoom = (tx: Queries, roomId: RoomId): Promise<Room | null> =>
  tx.maybe(sql.prepared<Room>`select ${roomColumns} from rooms r where r.id = ${roomId} for update`);

export interface Advance {
  /** How many entries are appended. */
  readonly entries: number;
  /** Whether people or keys change: statements that read them before must look again. */
  readonly changesAccess: boolean;
  readonly now: Date;
  /** The version of the authorization list that a departure led to. */
  readonly departure?: number | undefined;
  /** The key that takes the default's place. */
  readonly defaultKey?: string | undefined;
}

/** Moves the room's head, which locks the room; answers the new head and version. */
export const advanceRoom = (tx: Queries, roomId: RoomId, { entries, changesAccess, now, ...rest }: Advance) =>
  tx.one(sql.prepared<{ head: number; version: number }>`
    update rooms set head = head + ${entries}::bigint, version = version + ${changesAccess ? 1 : 0}::bigint,
      updated_at = case when ${entries}::bigint > 0 then ${now}::timestamptz else updated_at end,
      departure_version = greatest(departure_version, ${rest.departure ?? 0}::bigint),
      default_key = coalesce(${rest.defaultKey ?? null}::text, default_key)
    where id = ${roomId} returning head, version`);

export const insertRoom = async (tx: Queries, room: Room): Promise<void> => {
  await tx.execute(sql.prepared`
    insert into rooms (id, organisation_id, kms_host, resource_uri, head, version, departure_version, title, title_key,
      default_key, tags, pair_low, pair_high, created_by, created_at, updated_at)
    values (${room.id}, ${room.organisationId}, ${room.kmsHost}, ${room.resourceUri}, ${room.head}, ${room.version},
      ${room.departureVersion}, ${room.title}, ${room.titleKey}, ${room.defaultKey}, ${room.tags}::text[], ${room.pairLow},
      ${room.pairHigh}, ${room.createdBy}, ${room.createdAt}, ${room.updatedAt})`);
};

/** A new member; or one whose removal in between has not come home yet, who starts anew all the same. */
export const insertMember = async (
  tx: Queries,
  member: { roomId: RoomId; userId: UserId; organisationId: OrganisationId; position: number },
): Promise<void> => {
  await tx.execute(sql.prepared`
    insert into memberships (room_id, user_id, organisation_id, joined_position, read_position)
    values (${member.roomId}, ${member.userId}, ${member.organisationId}, ${member.position}, 0)
    on conflict (room_id, user_id) do update
    set joined_position = excluded.joined_position, moderator = false, suspended_at = null`);
};

/** Every key bound before a departure becomes stale, and is never forgotten (architecture §5). */
const staleKeys = (roomId: RoomId, authorizationVersion: number) => sql`
    update live_keys set stale = true
    where room_id = ${roomId} and authorization_version < ${authorizationVersion}::bigint and not stale`;

/** Members who are no more, and the keys of before. */
export const deleteMembers = async (
  tx: Queries,
  roomId: RoomId,
  people: readonly UserId[],
  authorizationVersion: number,
): Promise<void> => {
  await tx.execute(sql.prepared`
    with gone as (delete from memberships where room_id = ${roomId} and user_id = any(${people}::uuid[]))
    ${staleKeys(roomId, authorizationVersion)}`);
};

export const setModerator = async (tx: Queries, roomId: RoomId, userId: UserId, moderator: boolean): Promise<void> => {
  await tx.execute(
    sql.prepared`update memberships set moderator = ${moderator} where room_id = ${roomId} and user_id = ${userId}`,
  );
};

/** From the intent of a removal until its receipt nothing more is delivered to these people (architecture §6). */
export const suspendMembers = async (tx: Queries, roomId: RoomId, people: readonly UserId[]): Promise<number> => {
  const { version } = await tx.one(sql.prepared<{ version: number }>`
    with room as (update rooms set version = version + 1 where id = ${roomId} returning head, version),
    held as (
      update memberships set suspended_at = room.head from room
      where room_id = ${roomId} and user_id = any(${people}::uuid[]))
    select version from room`);
  return version;
};

/** Delivery goes on; answers from which positions on it had stopped. */
export const resumeMembers = async (tx: Queries, roomId: RoomId, people: readonly UserId[]): Promise<number[]> => {
  const rows = await tx.rows(sql<{ suspendedAt: number }>`
    update memberships m set suspended_at = null from memberships before
    where m.room_id = ${roomId} and m.user_id = any(${people}::uuid[]) and m.suspended_at is not null
      and before.room_id = m.room_id and before.user_id = m.user_id
    returning before.suspended_at as "suspendedAt"`);
  return rows.map(({ suspendedAt }) => suspendedAt);
};

export interface BoundKey {
  readonly roomId: RoomId;
  readonly uri: string;
  readonly deviceId: DeviceId | null;
  readonly shared: boolean;
  readonly authorizationVersion: number;
  /** Entries after this position may be under the key. */
  readonly position: number;
  readonly now: Date;
}

/** A key the receipt says is bound; stale at once if it was bound before the last departure the core knows of. */
export const bindKey = async (tx: Queries, key: BoundKey): Promise<void> => {
  await tx.execute(sql.prepared`
    insert into live_keys (room_id, uri, device_id, shared, stale, authorization_version, bound_at, counted_position)
    select ${key.roomId}::uuid, ${key.uri}, ${key.deviceId}::uuid, ${key.shared}::boolean,
      ${key.authorizationVersion}::bigint < departure_version, ${key.authorizationVersion}::bigint, ${key.now}::timestamptz,
      ${key.position}::bigint
    from rooms where id = ${key.roomId}
    on conflict (room_id, uri) do update set shared = live_keys.shared or excluded.shared`);
};

/** A departure that the log has no entry of makes the keys of before stale all the same. */
export const markKeysStale = async (tx: Queries, roomId: RoomId, authorizationVersion: number): Promise<void> => {
  await tx.execute(sql`
    with room as (
      update rooms set departure_version = greatest(departure_version, ${authorizationVersion}::bigint) where id = ${roomId})
    ${staleKeys(roomId, authorizationVersion)}`);
};

export const setTitle = async (tx: Queries, roomId: RoomId, title: string, titleKey: string): Promise<void> => {
  await tx.execute(sql.prepared`update rooms set title = ${title}, title_key = ${titleKey} where id = ${roomId}`);
};
