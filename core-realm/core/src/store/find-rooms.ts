import { type Queries, type Sql, sql } from '@cloister/database';
import type { OrganisationId, RoomId, UserId } from '@cloister/wire';
import type { LiveKey, Membership, PendingChange, Room, RoomView } from '../domain/room.ts';
import { roomColumns } from './room-columns.ts';

/** A row with its lists; times inside them are text. */
type RoomRow = Room & {
  readonly readPosition: number;
  readonly suspendedAt: number | null;
  readonly moderator: boolean;
  readonly memberOrganisationId: OrganisationId;
  readonly keys: readonly WithTextOf<LiveKey, 'boundAt'>[];
  readonly members: readonly Membership[];
  readonly pending: readonly WithTextOf<PendingChange, 'since'>[];
};

type WithTextOf<T, Name extends keyof T> = Omit<T, Name> & { readonly [name in Name]: string };

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

/** One statement for everything: a room is read before every change of it. */
const viewsOf = async (db: Queries, userId: UserId, condition: Sql, limit: number): Promise<RoomView[]> => {
  const rooms = await db.rows(sql.prepared<RoomRow>`
    select ${roomColumns}, m.read_position as "readPosition", m.suspended_at as "suspendedAt", m.moderator,
      m.organisation_id as "memberOrganisationId", ${keysOfRoom} as keys, ${membersOfRoom} as members,
      ${pendingOfRoom} as pending
    from memberships m join rooms r on r.id = m.room_id
    where m.user_id = ${userId} and ${condition}
    order by r.updated_at desc, r.id desc limit ${limit}`);
  return rooms.map(viewOf(userId));
};

const viewOf =
  (userId: UserId) =>
  ({ keys, members, pending, ...row }: RoomRow): RoomView => {
    const { readPosition, suspendedAt, moderator, memberOrganisationId: organisationId, ...room } = row;
    return {
      room,
      keys: keys.map((key) => ({ ...key, boundAt: new Date(key.boundAt) })),
      pending: pending.map((change) => ({ ...change, since: new Date(change.since) })),
      members,
      membership: { userId, organisationId, readPosition, suspendedAt, moderator },
    };
  };

const keysOfRoom = sql`(
  select coalesce(json_agg(json_build_object('uri', uri, 'deviceId', device_id, 'shared', shared, 'stale', stale,
    'boundAt', bound_at, 'counted', counted) order by bound_at, uri), '[]')
  from live_keys where room_id = r.id)`;

const membersOfRoom = sql`(
  select coalesce(json_agg(json_build_object('userId', user_id, 'organisationId', organisation_id, 'readPosition',
    read_position, 'suspendedAt', suspended_at, 'moderator', moderator) order by joined_position, user_id), '[]')
  from memberships where room_id = r.id)`;

const pendingOfRoom = sql`(
  select coalesce(json_agg(json_build_object('operationId', operation_id, 'kind', kind, 'subjects', subjects,
    'since', since) order by since), '[]')
  from intents where state = 'pending' and room_id = r.id)`;
