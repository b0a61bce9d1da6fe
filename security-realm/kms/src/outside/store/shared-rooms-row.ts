import { type Queries, sql } from '@cloister/database';

/**
 * How many rooms an organisation shares with each other one now: at home here by their lists, elsewhere by the newest list
 * that home stated.
 */
export const sharedRooms = async (queries: Queries, ownId: string): Promise<Map<string, number>> => {
  const rows = await queries.rows(sql<{
    organisationId: string;
    rooms: number;
  }>`with involved (place, organisation_id) as (
      select resource_id::text, organisation_id from resource where room_id is not null
      union select a.resource_id::text, a.subject_organisation_id from resource_authorization a
        join resource r using (resource_id) where a.subject_kind = 'person' and r.room_id is not null
      union select resource_uri, (claims->>'organisationId')::uuid from foreign_list where claims->>'roomId' is not null
      union select resource_uri, (person->>'organisationId')::uuid
        from foreign_list, jsonb_array_elements(claims->'people') as person where claims->>'roomId' is not null)
    select theirs.organisation_id as "organisationId", count(*)::int as rooms
    from involved mine join involved theirs using (place)
    where mine.organisation_id = ${ownId} and theirs.organisation_id <> ${ownId}
    group by theirs.organisation_id`);
  return new Map(rows.map(({ organisationId, rooms: count }) => [organisationId, count]));
};
