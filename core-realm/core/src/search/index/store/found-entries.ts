import { type Queries, sql } from '@cloister/database';
import type { RoomId, UserId } from '@cloister/wire';

/** A document of an index: an entry of a room's log. */
export interface DocumentPlace {
  readonly roomId: RoomId;
  readonly position: number;
}

/** What the log says of a document: when its entry came, and the message it is, unless it is none that the asker finds. */
export interface FoundEntry {
  /** Its place among the documents asked for, from 1. */
  readonly ord: number;
  readonly at: Date;
  /** Position and time of the message as first sent; null if the document is deleted, superseded, no content or not the asker's. */
  readonly position: number | null;
  readonly published: Date | null;
}

/**
 * The log decides what is found (wires.md §14): of a message its newest edit alone, nothing of a deleted one, and nothing where the asker
 * is not a member now, or is suspended since before.
 */
export const findEntries = (db: Queries, asker: UserId, documents: readonly DocumentPlace[]): Promise<FoundEntry[]> =>
  db.rows(sql.prepared<FoundEntry>`
    select d.ord::int as ord, a.published as at,
      case when found then coalesce(m.position, a.position) end as position,
      case when found then coalesce(m.published, a.published) end as published
    from unnest(${documents.map(({ roomId }) => roomId)}::uuid[], ${documents.map(({ position }) => position)}::bigint[])
      with ordinality as d (room_id, position, ord)
    join activities a on a.room_id = d.room_id and a.position = d.position
    left join activities m on a.parent_type = 'edit' and m.room_id = a.room_id and m.id = a.parent_id
    left join memberships me on me.room_id = d.room_id and me.user_id = ${asker}
    cross join lateral (select me.user_id is not null and d.position <= coalesce(me.suspended_at, d.position)
      and not a.deleted and a.verb in ('post', 'share')
      and (a.parent_type is distinct from 'edit' or coalesce(
        not m.deleted and m.verb in ('post', 'share') and m.parent_type is distinct from 'edit', false))
      and not exists (select from activities e where e.room_id = a.room_id and e.parent_id = coalesce(m.id, a.id)
        and e.parent_type = 'edit' and e.position > a.position) as found) f`);

/** Of each room the newest entries with content up to a position. */
export const contentUpTo = (
  db: Queries,
  rooms: readonly { readonly roomId: RoomId; readonly last: number; readonly limit: number }[],
): Promise<{ ord: number; position: number }[]> =>
  db.rows(sql.prepared<{ ord: number; position: number }>`
    select i.ord::int as ord, c.position
    from unnest(${rooms.map(({ roomId }) => roomId)}::uuid[], ${rooms.map(({ last }) => last)}::bigint[],
      ${rooms.map(({ limit }) => limit)}::int[]) with ordinality as i (room_id, last, most, ord)
    cross join lateral (
      select a.position from activities a
      where a.room_id = i.room_id and a.position <= i.last and a.verb in ('post', 'share')
      order by a.position desc limit i.most) c`);
