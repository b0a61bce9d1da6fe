import { type Queries, sql } from '@cloister/database';
import type { OrganisationId, PlanRoom, Reach, UserId } from '@cloister/wire';

/** Content that a position of an index has not reached: the oldest of it, up to where its reader may see. */
const oldestMissing = sql`
  select a.published from activities a
  where a.room_id = i.room_id and a.position > i.position and a.position <= i.seen
    and a.verb in ('post', 'share') and not a.deleted
  order by a.position limit 1`;

interface Row {
  readonly rooms: number;
  readonly lagging: number;
  readonly since: Date | null;
  readonly missing: number;
}

/** How far what was searched reaches, for one person at this moment: of the rooms and generations that were named. */
export const reachOf = async (
  db: Queries,
  { userId, organisationId }: { readonly userId: UserId; readonly organisationId: OrganisationId },
  searched: readonly Pick<PlanRoom, 'roomId' | 'generation'>[],
): Promise<Reach> => {
  const { rooms, lagging, since, missing } = await db.one(sql<Row>`
    with searched as (
      select s.room_id, max(s.position) as position, max(least(r.head, m.suspended_at)) as seen
      from unnest(${searched.map(({ roomId }) => roomId)}::uuid[],
        ${searched.map(({ generation }) => generation)}::bigint[]) as p (room_id, generation)
      join search_indexes s
        on s.room_id = p.room_id and s.organisation_id = ${organisationId} and s.generation = p.generation
      join memberships m on m.room_id = p.room_id and m.user_id = ${userId}
      join rooms r on r.id = p.room_id
      group by s.room_id
    )
    select count(*)::int as rooms, count(l.published)::int as lagging, min(l.published) as since, (
      select count(*)::int from memberships m where m.user_id = ${userId} and not exists (
        select from search_indexes s where s.room_id = m.room_id and s.organisation_id = ${organisationId})) as missing
    from searched i left join lateral (${oldestMissing}) l on i.seen > i.position`);
  return { rooms, lagging, missing, ...(since === null ? {} : { since: since.toISOString() }) };
};

/** How far an organisation's whole index reaches. */
export const reachOfOrganisation = async (db: Queries, organisationId: OrganisationId) => {
  const { rooms, lagging, since, missing } = await db.one(sql<Row>`
    with rooms_of as (
      select m.room_id, case when bool_or(m.suspended_at is null) then r.head else least(r.head, max(m.suspended_at)) end as seen
      from memberships m join rooms r on r.id = m.room_id
      where m.organisation_id = ${organisationId} group by m.room_id, r.head
    ), indexed as (
      select o.room_id, o.seen, max(s.position) as position
      from rooms_of o join search_indexes s on s.room_id = o.room_id and s.organisation_id = ${organisationId}
      group by o.room_id, o.seen
    )
    select (select count(*)::int from rooms_of) as rooms, count(l.published)::int as lagging, min(l.published) as since,
      (select count(*)::int from rooms_of) - count(*)::int as missing
    from indexed i left join lateral (${oldestMissing}) l on i.seen > i.position`);
  return { rooms, indexed: rooms - missing, lagging, ...(since === null ? {} : { since: since.toISOString() }) };
};
