import { type Queries, sql } from '@cloister/database';
import type { FileId, OrganisationId, RoomId, UserId } from '@cloister/wire';
import type { CapabilityPurpose } from '../files/capability.ts';

export interface StoredFile {
  readonly id: FileId;
  readonly roomId: RoomId;
  readonly ownerId: UserId;
  readonly size: number;
  readonly state: 'open' | 'uploaded' | 'finished' | 'deleted';
}

const columns = sql<StoredFile>`f.id, f.room_id as "roomId", f.owner_id as "ownerId", f.size, f.state`;

/** Notes an upload that may begin; answers false when its owner has too many open. */
export const insertFile = async (
  db: Queries,
  file: Omit<StoredFile, 'state'>,
  limit: number,
  now: Date,
): Promise<boolean> =>
  (await db.execute(sql`
    insert into files (id, room_id, owner_id, size, state, created_at)
    select ${file.id}::uuid, ${file.roomId}::uuid, ${file.ownerId}::uuid, ${file.size}::bigint, 'open', ${now}::timestamptz
    where (select count(*) from files where owner_id = ${file.ownerId} and state in ('open', 'uploaded')) < ${limit}`)) ===
  1;

export const insertCapability = async (
  db: Queries,
  capability: { hash: Buffer; purpose: CapabilityPurpose; fileId: FileId; expiresAt: Date },
): Promise<void> => {
  await db.execute(sql`
    insert into capabilities (hash, purpose, file_id, expires_at)
    values (${capability.hash}, ${capability.purpose}, ${capability.fileId}, ${capability.expiresAt})`);
};

/** The file a capability is good for now. */
export const fileOfCapability = (db: Queries, hash: Buffer, purpose: CapabilityPurpose, now: Date) =>
  db.maybe(sql<StoredFile>`
    select ${columns} from capabilities c join files f on f.id = c.file_id
    where c.hash = ${hash} and c.purpose = ${purpose} and c.expires_at > ${now}`);

/** The file, for a member of its room; others learn nothing. */
export const fileOfMember = (db: Queries, id: FileId, userId: UserId) =>
  db.maybe(sql<StoredFile>`
    select ${columns} from files f join memberships m on m.room_id = f.room_id
    where f.id = ${id} and m.user_id = ${userId} and m.suspended_at is null`);

/** The file, for a machine of the organisation whose room it is in, and as a guest for one that has somebody there; others learn nothing. */
export const fileOfOrganisation = (db: Queries, id: FileId, organisationId: OrganisationId, asGuest: boolean) =>
  db.maybe(sql<StoredFile>`
    select ${columns} from files f join rooms r on r.id = f.room_id
    where f.id = ${id} and (r.organisation_id = ${organisationId} or (${asGuest}::boolean and exists (
      select from memberships m
      where m.room_id = r.id and m.organisation_id = ${organisationId} and m.suspended_at is null)))`);

/** Moves a file on; answers false when it was not in the state it should have been in. */
export const moveFile = async (
  db: Queries,
  id: FileId,
  from: StoredFile['state'][],
  to: StoredFile['state'],
): Promise<boolean> =>
  (await db.execute(sql`update files set state = ${to} where id = ${id} and state = any(${from}::text[])`)) === 1;

/**
 * Marks files whose share was deleted: those of its author in this room alone, so that nobody deletes what others shared
 * by naming it, and none that another share of the author still names.
 */
export const markDeleted = (
  tx: Queries,
  { roomId, ownerId, ids }: { roomId: RoomId; ownerId: UserId; ids: readonly FileId[] },
): Promise<number> =>
  tx.execute(sql`
    update files f set state = 'deleted'
    where f.id = any(${ids}::uuid[]) and f.room_id = ${roomId} and f.owner_id = ${ownerId} and f.state = 'finished'
      and not exists (
        select from activities a
        where a.room_id = ${roomId} and a.actor_id = ${ownerId} and a.verb = 'share' and not a.deleted
          and position(f.id::text in a.object) > 0)`);

/** Files whose ciphertext is to be removed. */
export const deletedFiles = (db: Queries) =>
  db.rows(sql<{ id: FileId }>`select id from files where state = 'deleted' limit 500`);

/** Uploads that were never finished, to be dropped. */
export const abandonedFiles = (db: Queries, before: Date) =>
  db.rows(
    sql<{ id: FileId }>`select id from files where state in ('open', 'uploaded') and created_at < ${before} limit 500`,
  );

export const deleteFile = async (db: Queries, id: FileId): Promise<void> => {
  await db.execute(sql`delete from files where id = ${id} and state <> 'finished'`);
};

export const deleteExpiredCapabilities = async (db: Queries, now: Date): Promise<void> => {
  await db.execute(sql`delete from capabilities where expires_at < ${now}`);
};
