import { type Queries, type Sql, sql } from '@cloister/database';
import type { OrganisationId, RoomId, UserId } from '@cloister/wire';
import type { LiveKey, Membership, PendingChange, Room, RoomView } from '../domain/room.ts';
import { roomColumns } from './room-columns.ts';

type RoomRow = Room & {
  readonly readPosition: number;
  readonly suspendedAt: number | null;
  readonly moderator: boolean;
  readonly memberOrganisationId: OrganisationId;
};

type Of<T> = T & { readonly roomId: RoomId };

/** The room, if the person is a member; strangers and unknown rooms look the same. */
export const findRoom = async (db: Queries, roomId: RoomId, userId: UserId): Promise<RoomView | undefined> =>
  (await viewsOf(db, userId, sql`m.room_id = ${roomId}`, 1))[0];

/** The room of exactly these two people, if there is one. */
export const findPair = async (db: Queries, userId: UserId, other: UserId): Promise<RoomView | undefined> => {
  const [low, high] = userId < other ? [userId, other] : [other, userId];
  return (await viewsOf(db, userId, sql`r.pair_low = ${low} and r.pair_high = ${high}`, 1))[0];
};

/** Where a page of rooms begins: after the room with this time and id, newest first. */
export interface RoomCursor {
  readonly updatedAt: Date;
  readonly id: RoomId;
}

/** A person's rooms, the most recently written first. */
export const listRooms = (
  db: Queries,
  userId: UserId,
  after: RoomCursor | undefined,
  limit: number,
): Promise<RoomView[]> =>
  viewsOf(
    db,
    userId,
    after === undefined ? sql`true` : sql`(r.updated_at, r.id) < (${after.updatedAt}::timestamptz, ${after.id}::uuid)`,
    limit,
  );

const viewsOf = async (db: Queries, userId: UserId, condition: Sql, limit: number): Promise<RoomView[]> => {
  const rooms = await db.rows(sql<RoomRow>`
    select ${roomColumns}, m.read_position as "readPosition", m.suspended_at as "suspendedAt", m.moderator,
      m.organisation_id as "memberOrganisationId"
    from memberships m join rooms r on r.id = m.room_id
    where m.user_id = ${userId} and ${condition}
    order by r.updated_at desc, r.id desc limit ${limit}`);
  if (rooms.length === 0) return [];
  const ids = rooms.map((room) => room.id);
  // One after the other: inside a transaction there is but one connection.
  const keys = await keysOf(db, ids);
  const members = await membersOf(db, ids);
  const pending = await pendingOf(db, ids);
  return rooms.map((room) => {
    const { readPosition, suspendedAt, moderator, memberOrganisationId: organisationId, ...rest } = room;
    return {
      room: rest,
      keys: keys.get(room.id) ?? [],
      pending: pending.get(room.id) ?? [],
      members: members.get(room.id) ?? [],
      membership: { userId, organisationId, readPosition, suspendedAt, moderator },
    };
  });
};

const keysOf = async (db: Queries, rooms: readonly RoomId[]) =>
  byRoom(
    await db.rows(sql<Of<LiveKey>>`
      select room_id as "roomId", uri, device_id as "deviceId", shared, stale, bound_at as "boundAt", counted
      from live_keys where room_id = any(${rooms}::uuid[]) order by bound_at, uri`),
  );

const membersOf = async (db: Queries, rooms: readonly RoomId[]) =>
  byRoom(
    await db.rows(sql<Of<Membership>>`
      select room_id as "roomId", user_id as "userId", organisation_id as "organisationId",
        read_position as "readPosition", suspended_at as "suspendedAt", moderator
      from memberships where room_id = any(${rooms}::uuid[]) order by joined_position, user_id`),
  );

const pendingOf = async (db: Queries, rooms: readonly RoomId[]) =>
  byRoom(
    await db.rows(sql<Of<PendingChange>>`
      select room_id as "roomId", operation_id as "operationId", kind, subjects, since
      from intents where state = 'pending' and room_id = any(${rooms}::uuid[]) order by since`),
  );

const byRoom = <T extends { readonly roomId: RoomId }>(rows: readonly T[]): Map<RoomId, T[]> =>
  Map.groupBy(rows, (row) => row.roomId);
