import { type Queries, sql } from '@cloister/database';
import type { KeyLimits, UserId } from '@cloister/wire';
import { oldestKey } from '../domain/key-limits.ts';
import type { NewActivity } from '../domain/stored-activity.ts';

/** What the database found for one post, and where it put it if all was well. */
export interface PostRow {
  readonly member: boolean;
  readonly suspended: boolean;
  readonly keyKnown: boolean;
  /** After a departure, or since it is spent (docs/wires.md §11). */
  readonly keyStale: boolean;
  /** The limit could have been reached: the entries under the key are to be counted before another is placed. */
  readonly keyUncounted: boolean;
  readonly defaultFresh: boolean;
  /** Position of the entry this one repeats. */
  readonly duplicate: number | null;
  readonly parentActor: UserId | null;
  /** Null when refused, or when the room changed while the statement waited: then it is to be asked again. */
  readonly position: number | null;
  /** The limit could have been reached with this entry. */
  readonly countDue: boolean;
  readonly version: number;
}

/**
 * Appends posts to their rooms' logs in one statement: checks each author's membership and key, moves the rooms' heads,
 * inserts, and answers the positions.
 *
 * Everything but `rooms` is read as of the statement's start. If it had to wait for a room's lock, people or keys may have
 * changed since; PostgreSQL then looks at the new row of `rooms`, whose `version` differs, and nothing is inserted.
 * A key's entries are not counted here: as many as there were positions since the last count are allowed to be its own, and
 * `last_head` is where that could reach the limit. The room's new row is held against it once more, like its version.
 * The lateral joins keep it to index look-ups whatever the planner believes of the tables' sizes.
 */
export const appendPosts = (
  db: Queries,
  posts: readonly NewActivity[],
  now: Date,
  limits: KeyLimits,
): Promise<PostRow[]> =>
  db.rows<PostRow>(sql.prepared`
    with input as materialized (
      select * from unnest(
        ${posts.map((post) => post.roomId)}::uuid[], ${posts.map((post) => post.actorId)}::uuid[],
        ${posts.map((post) => post.id)}::uuid[], ${posts.map((post) => post.verb)}::text[],
        ${posts.map((post) => post.object)}::text[], ${posts.map((post) => post.keyUri)}::text[],
        ${posts.map((post) => post.parentId)}::uuid[], ${posts.map((post) => post.parentType)}::text[],
        ${posts.map((post) => post.clientTempId)}::text[], ${posts.map((post) => post.cloister)}::text[],
        ${posts.map((post) => post.extra)}::text[]
      ) with ordinality
        as i (room_id, actor_id, id, verb, object, key_uri, parent_id, parent_type, client_temp_id, cloister, extra, ord)
    ), checked as materialized (
      select i.*, r.version, k.last_head,
        m.suspended is not null as member, coalesce(m.suspended, false) as suspended,
        k.stale is not null as key_known, coalesce(k.stale, false) as key_stale, coalesce(not d.stale, false) as default_fresh,
        coalesce(not k.stale and r.head > k.last_head, false) as key_uncounted,
        case when i.client_temp_id is null then null else (
          select a.position from activities a
          where a.room_id = i.room_id and a.actor_id = i.actor_id and a.client_temp_id = i.client_temp_id) end as duplicate,
        case when i.parent_id is null then null else (
          select a.actor_id from activities a
          where a.room_id = i.room_id and a.id = i.parent_id and not a.deleted) end as parent_actor
      from input i
      left join lateral (select version, default_key, head from rooms where id = i.room_id limit 1) r on true
      left join lateral (
        select suspended_at is not null as suspended from memberships
        where room_id = i.room_id and user_id = i.actor_id limit 1) m on true
      left join lateral (
        select stale or counted >= ${limits.maxMessages}::bigint or bound_at <= ${oldestKey(limits, now)}::timestamptz as stale,
          ${limits.maxMessages - posts.length}::bigint - counted + counted_position as last_head
        from live_keys where room_id = i.room_id and uri = i.key_uri limit 1) k on true
      left join lateral (
        select stale or counted >= ${limits.maxMessages}::bigint or bound_at <= ${oldestKey(limits, now)}::timestamptz as stale
        from live_keys where room_id = i.room_id and uri = r.default_key limit 1) d on true
    ), accepted as materialized (
      select c.*, row_number() over (partition by room_id order by ord) as rank from checked c
      where member and not suspended and key_known and not key_stale and not key_uncounted and duplicate is null
        and (parent_id is null or (parent_actor is not null and (parent_type <> 'edit' or parent_actor = actor_id)))
    ), bumped as (
      update rooms r set head = r.head + a.entries, updated_at = ${now}::timestamptz
      from (
        select room_id, version, count(*) as entries, min(last_head) as last_head from accepted group by room_id, version) a
      where r.id = a.room_id and r.version = a.version and r.head <= a.last_head
      returning r.id, r.head - a.entries as base
    ), inserted as (
      insert into activities
        (room_id, position, id, actor_id, verb, published, object, key_uri, parent_id, parent_type, client_temp_id, cloister,
          extra)
      select a.room_id, b.base + a.rank, a.id, a.actor_id, a.verb, ${now}::timestamptz, a.object, a.key_uri, a.parent_id, a.parent_type,
        a.client_temp_id, a.cloister, a.extra
      from accepted a join bumped b on b.id = a.room_id
      returning id, position
    )
    select c.member, c.suspended, c.key_known as "keyKnown", c.key_stale as "keyStale", c.default_fresh as "defaultFresh",
      c.key_uncounted as "keyUncounted",
      coalesce(i.position >= c.last_head + ${posts.length}::bigint, false) as "countDue",
      c.duplicate, c.parent_actor as "parentActor", i.position, coalesce(c.version, 0) as version
    from checked c left join inserted i on i.id = c.id order by c.ord`);
