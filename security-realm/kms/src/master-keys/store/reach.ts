import { type Queries, sql } from '@cloister/database';

/** Whom it reaches when an organisation's keys are off: everybody in its rooms and on its other resources. */
export type Reach = { readonly people: number; readonly rooms: number };

export const reachOf = (queries: Queries, organisationId: string, now: Date): Promise<Reach> =>
  queries.one(sql<Reach>`select
      (select count(distinct a.subject_id)::integer from resource_authorization a join resource r using (resource_id)
        where r.organisation_id = ${organisationId} and a.subject_kind = 'person'
          and (a.expires_at is null or a.expires_at > ${now}) and (r.expires_at is null or r.expires_at > ${now})) as people,
      (select count(*)::integer from resource
        where organisation_id = ${organisationId} and room_id is not null) as rooms`);
