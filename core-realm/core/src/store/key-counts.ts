import { type Queries, sql } from '@cloister/database';
import type { KeyLimits, RoomId } from '@cloister/wire';
import { oldestKey } from '../domain/key-limits.ts';

/** As many posts share a statement at most; it cannot know beforehand how many of them it will place. */
export const together = 128;

/**
 * Counts the entries under each key of the room that could have reached the limit, as the positions since it was counted
 * last allow; the others cannot have. The room is locked, so that its log stands still. Every position is looked at once
 * a key, and by the thousands: a key that was used little is not looked at again for long.
 */
export const countKeys = async (tx: Queries, roomId: RoomId, { maxMessages }: KeyLimits): Promise<void> => {
  await tx.execute(sql.prepared`
    with due as materialized (
      select k.uri, k.counted_position, r.head from live_keys k join rooms r on r.id = k.room_id
      where k.room_id = ${roomId} and not k.stale and k.counted < ${maxMessages}::bigint
        and k.counted + r.head - k.counted_position + ${together} >= ${maxMessages}::bigint
    ), counts as (
      select a.key_uri, count(*) as entries from activities a join due d on d.uri = a.key_uri
      where a.room_id = ${roomId} and a.position > (select min(counted_position) from due)
        and a.position > d.counted_position and a.position <= d.head
      group by a.key_uri
    )
    update live_keys k set counted = k.counted + coalesce(c.entries, 0), counted_position = d.head
    from due d left join counts c on c.key_uri = d.uri
    where k.room_id = ${roomId} and k.uri = d.uri`);
};

/** So many stale and spent keys are remembered, the newest; who still writes under an older one hears that it is unknown. */
const remembered = 32;

/** Forgets the oldest keys that nobody can use any more. The log keeps their addresses, the default stays visible. */
export const pruneKeys = async (tx: Queries, roomId: RoomId, limits: KeyLimits, now: Date): Promise<void> => {
  await tx.execute(sql.prepared`
    delete from live_keys where room_id = ${roomId} and uri in (
      select k.uri from live_keys k join rooms r on r.id = k.room_id
      where k.room_id = ${roomId} and k.uri is distinct from r.default_key
        and (k.stale or k.counted >= ${limits.maxMessages}::bigint or k.bound_at <= ${oldestKey(limits, now)}::timestamptz)
        -- What tells that it was bound before: see wasBound.
        and exists (select from intents i where i.key_uri = k.uri and i.room_id = k.room_id and i.state = 'applied')
      order by k.bound_at desc, k.uri offset ${remembered})`);
};

/** Whether the key was one of the room's before: one that was forgotten since is not bound anew, with its count at zero. */
export const wasBound = async (tx: Queries, roomId: RoomId, uri: string): Promise<boolean> => {
  const { bound } = await tx.one(sql.prepared<{ bound: boolean }>`
    select exists (
      select from intents where key_uri = ${uri} and room_id = ${roomId} and state = 'applied') as bound`);
  return bound;
};
