import { type Queries, type Sql, sql } from '@cloister/database';
import type { RoomId } from '@cloister/wire';

/** An applied receipt's place in its resource's chain. */
export interface ReceiptLink {
  readonly roomId: RoomId;
  readonly hash: string;
  readonly previous: string | null;
  /** The first receipt of a resource follows none. */
  readonly isFirst: boolean;
}

/**
 * Puts a receipt behind the one that it names. Answers whether there is anything to look into: its predecessor is not here
 * yet or has another successor, or others of the room wait for theirs.
 */
export const insertReceiptLink = async (
  tx: Queries,
  { roomId, hash, previous, isFirst }: ReceiptLink,
): Promise<boolean> => {
  const { open } = await tx.one(sql.prepared<{ open: boolean }>`
    with placed as (
      insert into receipt_links (room_id, hash, previous, checked)
      values (${roomId}::uuid, ${hash}::text, ${previous}::text, ${isFirst && previous === null}::boolean or (
        exists (select from receipt_links where room_id = ${roomId}::uuid and hash = ${previous}::text)
        and not exists (select from receipt_links where room_id = ${roomId}::uuid and previous = ${previous}::text)))
      on conflict do nothing returning checked)
    select exists (select from placed where not checked)
      or exists (select from receipt_links where room_id = ${roomId}::uuid and not checked) as open`);
  return open;
};

/**
 * Looks for the predecessors of receipts that have none yet; answers how many turned out to have none, or to share theirs.
 * Receipts come home out of order, so a missing one counts only when nothing more `isAwaited`.
 */
export const checkReceiptLinks = async (
  tx: Queries,
  roomId: RoomId,
  isAwaited: () => Promise<boolean>,
): Promise<number> => {
  const [follows, forks] = [sql`p.hash = o.previous`, sql`p.previous = o.previous and p.hash <> o.hash`];
  const known = (how: Sql) => sql`exists (select from receipt_links p where p.room_id = o.room_id and ${how})`;
  const placed = await tx.rows(sql.prepared<{ broken: boolean }>`
    update receipt_links l set checked = true
    from (
      select o.hash, ${known(follows)} as follows, ${known(forks)} as forks
      from receipt_links o where o.room_id = ${roomId} and not o.checked
    ) f
    where l.room_id = ${roomId} and l.hash = f.hash and (f.follows or f.forks)
    returning f.forks as broken`);
  const forked = placed.filter(({ broken }) => broken).length;
  const { open } = await tx.one(
    sql.prepared<{
      open: number;
    }>`select count(*) as open from receipt_links where room_id = ${roomId} and not checked`,
  );
  if (open === 0 || (await isAwaited())) return forked;
  return (
    forked +
    (await tx.execute(sql.prepared`update receipt_links set checked = true where room_id = ${roomId} and not checked`))
  );
};
