import { type Queries, sql } from '@cloister/database';
import type { ActivityId, RoomId, UserId } from '@cloister/wire';
import type { PageFile } from '../domain/merge-pages.ts';

export interface SharedEntry {
  readonly object: string;
  readonly keyUri: string | null;
  readonly deleted: boolean;
}

export const findShare = (tx: Queries, roomId: RoomId, id: ActivityId): Promise<SharedEntry | null> =>
  tx.maybe(sql<SharedEntry>`
    select object, key_uri as "keyUri", deleted from activities where room_id = ${roomId} and id = ${id} and verb = 'share'`);

export interface Pages {
  readonly roomId: RoomId;
  /** The machine that uploaded them. */
  readonly ownerId: UserId;
  readonly pages: readonly PageFile[];
}

/**
 * Makes pages files of the room; answers how many were this machine's uploads to it, of that size, in no result yet and
 * not older than `since`: what may be dropped at any moment is not shown to anybody.
 */
export const adoptPages = (tx: Queries, { roomId, ownerId, pages }: Pages, since: Date): Promise<number> =>
  tx.execute(sql`
    update files f set state = 'finished'
    from unnest(${pages.map(({ id }) => id)}::uuid[], ${pages.map(({ size }) => size)}::bigint[]) as p (id, size)
    where f.id = p.id and f.size = p.size and f.room_id = ${roomId} and f.owner_id = ${ownerId} and f.state = 'uploaded'
      and f.created_at >= ${since}`);

/** Marks pages that no result will name. */
export const dropPages = async (tx: Queries, { roomId, ownerId, pages }: Pages): Promise<void> => {
  await tx.execute(sql`
    update files set state = 'deleted'
    where id = any(${pages.map(({ id }) => id)}::uuid[]) and room_id = ${roomId} and owner_id = ${ownerId}
      and state = 'uploaded'`);
};

/**
 * Moves the head for an entry that says nothing new: the room keeps its place in people's lists, and who had read
 * everything has read this.
 */
export const advanceQuietly = async (tx: Queries, roomId: RoomId) => {
  const moved = await tx.one(sql<{ head: number; version: number }>`
    update rooms set head = head + 1 where id = ${roomId} returning head, version`);
  await tx.execute(sql`
    update memberships set read_position = ${moved.head}::bigint
    where room_id = ${roomId} and read_position = ${moved.head - 1}::bigint`);
  return moved;
};

/** Entries that show pages of a share, with the machine that made them. */
export const entriesOfPages = (tx: Queries, roomId: RoomId, share: ActivityId) =>
  tx.rows(sql<{ actorId: UserId; object: string }>`
    select actor_id as "actorId", object from activities
    where room_id = ${roomId} and parent_id = ${share} and parent_type = 'transcode' and verb = 'update'
      and not deleted`);
