import { type Queries, sql } from '@cloister/database';
import { maxGenerations, type OrganisationId, type QueryToPlan, type UserId } from '@cloister/wire';

/** A person's rooms, with how far their organisation's indexes of them go; the one with the newest entry first. */
export const roomsOfAsker = (
  db: Queries,
  { userId, organisationId }: { readonly userId: UserId; readonly organisationId: OrganisationId },
): Promise<QueryToPlan['rooms']> =>
  db.rows(sql.prepared<QueryToPlan['rooms'][number]>`
    select r.id as "roomId", coalesce((
      select json_agg(json_build_object('generation', i.generation, 'position', i.position) order by i.generation desc)
      from (
        select generation, position from search_indexes
        where room_id = r.id and organisation_id = ${organisationId} order by generation desc limit ${maxGenerations}
      ) i), '[]') as generations
    from memberships m join rooms r on r.id = m.room_id
    where m.user_id = ${userId} order by r.updated_at desc, r.id desc`);
