import { type Queries, sql } from '@cloister/database';
import type { RoomId } from '@cloister/wire';

/** An applied receipt's place in its resource's chain. */
export interface ReceiptLink {
  readonly roomId: RoomId;
  readonly hash: string;
  readonly previous: string | null;
  /** The first receipt of a resource follows none. */
  readonly isFirst: boolean;
}

export const insertReceiptLink = async (
  tx: Queries,
  { roomId, hash, previous, isFirst }: ReceiptLink,
): Promise<void> => {
  await tx.execute(sql`
    insert into receipt_links (room_id, hash, previous, checked)
    values (${roomId}, ${hash}, ${previous}, ${isFirst && previous === null}) on conflict do nothing`);
};

/**
 * Looks for the predecessors of receipts that have none yet; answers how many turned out to have none, or to share theirs.
 * Receipts come home out of order, so a missing one counts only when nothing of the room is pending any more.
 */
export const checkReceiptLinks = async (tx: Queries, roomId: RoomId): Promise<number> => {
  const checked = await tx.rows(sql<{ broken: boolean }>`
    update receipt_links l set checked = true
    from (
      select o.hash,
        exists (select from receipt_links p where p.room_id = o.room_id and p.hash = o.previous) as follows,
        exists (select from receipt_links s
          where s.room_id = o.room_id and s.previous = o.previous and s.hash <> o.hash) as forks
      from receipt_links o where o.room_id = ${roomId} and not o.checked
    ) f
    where l.room_id = ${roomId} and l.hash = f.hash and (f.follows or f.forks
      or not exists (select from intents i where i.room_id = ${roomId} and i.state = 'pending'))
    returning f.forks or not f.follows as broken`);
  return checked.filter(({ broken }) => broken).length;
};
