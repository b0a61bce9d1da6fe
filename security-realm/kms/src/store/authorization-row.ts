import { type Queries, sql } from '@cloister/database';

/**
 * Somebody's right to a resource: a person's, that of everybody who may read another resource, or that of whoever holds
 * the bearer of one that names nobody (`subjectId` is then its own id).
 */
export type AuthorizationRow = {
  readonly authorizationId: string;
  readonly resourceId: string;
  readonly subjectKind: 'person' | 'resource' | 'anonymous';
  readonly subjectId: string;
  readonly subjectOrganisationId: string;
  /** Whether the person may change the list of a resource that has moderators. */
  readonly moderator: boolean;
  /** When it ends; null for never. */
  readonly expiresAt: Date | null;
};

const columns = sql`authorization_id as "authorizationId", resource_id as "resourceId", subject_kind as "subjectKind",
  subject_id as "subjectId", subject_organisation_id as "subjectOrganisationId", moderator,
  expires_at as "expiresAt"`;

/** Those that hold now; so do all queries here. */
export const authorizationsOf = (queries: Queries, resourceId: string, now: Date): Promise<AuthorizationRow[]> =>
  queries.rows(sql.prepared<AuthorizationRow>`select ${columns} from resource_authorization
    where resource_id = ${resourceId} and (expires_at is null or expires_at > ${now})
    order by created_at, authorization_id`);

export const authorizationById = (
  queries: Queries,
  authorizationId: string,
  now: Date,
): Promise<AuthorizationRow | null> =>
  queries.maybe(sql<AuthorizationRow>`select ${columns} from resource_authorization
    where authorization_id = ${authorizationId} and (expires_at is null or expires_at > ${now})`);

/** Somebody's right to be written, with the feed's entry by which a person was active (0 for a resource). */
export type NewAuthorization = AuthorizationRow & { readonly subjectEntry: number };

export const insertAuthorizations = (
  queries: Queries,
  rows: readonly NewAuthorization[],
  { createdBy, createdAt }: { createdBy: string; createdAt: Date },
): Promise<number> => {
  const column = <T>(of: (row: NewAuthorization) => T) => rows.map(of);
  return queries.execute(sql.prepared`insert into resource_authorization (authorization_id, resource_id, subject_kind, subject_id,
      subject_organisation_id, subject_entry, expires_at, created_by, created_at)
    select *, ${createdBy}::uuid, ${createdAt}::timestamptz
    from unnest(${column((row) => row.authorizationId)}::uuid[], ${column((row) => row.resourceId)}::uuid[],
      ${column((row) => row.subjectKind)}::text[], ${column((row) => row.subjectId)}::uuid[],
      ${column((row) => row.subjectOrganisationId)}::uuid[], ${column((row) => row.subjectEntry)}::bigint[],
      ${column((row) => row.expiresAt)}::timestamptz[])`);
};

/** Deletes it, and the bearers that its person made: who is removed leaves none behind for themselves. */
export const deleteAuthorization = (
  queries: Queries,
  { resourceId, authorizationId, subjectId }: AuthorizationRow,
): Promise<number> =>
  queries.execute(sql.prepared`delete from resource_authorization where resource_id = ${resourceId}
    and (authorization_id = ${authorizationId} or (subject_kind = 'anonymous' and created_by = ${subjectId}))`);

/** A person on a list. */
export type Place = { readonly resourceId: string; readonly subjectId: string };

type Left = { readonly id: string; readonly entry: number };

/** Where these people still stand, by an entry of the feed older than the one that says they left. */
export const peopleOnLists = (queries: Queries, people: readonly Left[]): Promise<Place[]> =>
  queries.rows(sql<Place>`select a.resource_id as "resourceId", a.subject_id as "subjectId"
    from unnest(${people.map(({ id }) => id)}::uuid[], ${people.map(({ entry }) => entry)}::bigint[]) as gone (id, entry)
    join resource_authorization a
      on a.subject_id = gone.id and a.subject_kind = 'person' and a.subject_entry < gone.entry
    order by a.subject_id, a.resource_id`);

/** Whether the person stood on the list, by an older entry of the feed, and does no more. */
export const deletePerson = async (
  queries: Queries,
  resourceId: string,
  personId: string,
  entry: number,
): Promise<boolean> =>
  (await queries.execute(sql.prepared`delete from resource_authorization where resource_id = ${resourceId}
    and subject_kind = 'person' and subject_id = ${personId} and subject_entry < ${entry}::bigint`)) > 0;

/** The organisation of a person who stands on the list, by identity's word when they were added. */
export const organisationOnList = async (
  queries: Queries,
  resourceId: string,
  personId: string,
): Promise<string | null> => {
  const row = await queries.maybe(
    sql.prepared<{
      organisationId: string;
    }>`select subject_organisation_id as "organisationId" from resource_authorization
      where resource_id = ${resourceId} and subject_kind = 'person' and subject_id = ${personId}`,
  );
  return row?.organisationId ?? null;
};

export const setModerators = (
  queries: Queries,
  authorizationIds: readonly string[],
  moderator: boolean,
): Promise<number> =>
  queries.execute(sql`update resource_authorization set moderator = ${moderator}
    where authorization_id = any(${authorizationIds}::uuid[])`);

/**
 * The resources whose readers read these: each itself, and those that are authorized on it. `union` drops what was reached
 * before, so that a cycle ends.
 */
const reach = (resourceIds: readonly string[], now: Date) => sql`
    with recursive reach (root, resource_id) as (
      select id, id from unnest(${resourceIds}::uuid[]) as asked (id)
      union
      select reach.root, a.subject_id from reach
        join resource_authorization a on a.resource_id = reach.resource_id and a.subject_kind = 'resource'
          and (a.expires_at is null or a.expires_at > ${now})
        join resource r on r.resource_id = a.subject_id and (r.expires_at is null or r.expires_at > ${now})
    )`;

/** Which of the resources the person may read, directly or through resources that are authorized on them. */
export const readableBy = async (
  queries: Queries,
  resourceIds: readonly string[],
  personId: string,
  now: Date,
): Promise<Set<string>> => {
  const rows = await queries.rows(sql.prepared<{ root: string }>`${reach(resourceIds, now)}
    select distinct reach.root from reach
      join resource_authorization a
        on a.resource_id = reach.resource_id and a.subject_kind = 'person' and a.subject_id = ${personId}::uuid
          and (a.expires_at is null or a.expires_at > ${now})`);
  return new Set(rows.map(({ root }) => root));
};

/** Which of the resources anybody of the organisation may read, in the same ways. */
export const readableByPeopleOf = async (
  queries: Queries,
  resourceIds: readonly string[],
  organisationId: string,
  now: Date,
): Promise<Set<string>> => {
  const rows = await queries.rows(sql.prepared<{ root: string }>`${reach(resourceIds, now)}
    select distinct reach.root from reach
      join resource_authorization a
        on a.resource_id = reach.resource_id and a.subject_kind = 'person'
          and a.subject_organisation_id = ${organisationId}::uuid and (a.expires_at is null or a.expires_at > ${now})`);
  return new Set(rows.map(({ root }) => root));
};

/** Makes room for those that take the places of expired ones. */
export const deleteExpiredOn = (queries: Queries, resourceId: string, now: Date): Promise<number> =>
  queries.execute(
    sql.prepared`delete from resource_authorization where resource_id = ${resourceId} and expires_at <= ${now}`,
  );

/**
 * Deletes what has expired; each list that got shorter has a new version, as after every departure. Resources come first,
 * as in every change of a list, and those that somebody has locked wait for the next time.
 */
export const deleteExpiredAuthorizations = (queries: Queries, now: Date): Promise<number> =>
  queries.execute(sql`with due as materialized (
      select resource_id, expires_at from resource where resource_id in (
        select resource_id from resource_authorization where expires_at <= ${now}
        union select r.resource_id from resource r join resource_authorization using (resource_id)
          where r.expires_at <= ${now})
      for update skip locked),
    gone as (
      delete from resource_authorization a using due
      where a.resource_id = due.resource_id and (a.expires_at <= ${now} or due.expires_at <= ${now})
      returning a.resource_id)
    update resource set list_version = list_version + 1, departure_version = list_version + 1
    where resource_id in (select resource_id from gone)`);

/** Who leaves the organisation leaves no bearer behind that they made for themselves. */
export const deleteAnonymousOf = (queries: Queries, resourceId: string, personId: string): Promise<number> =>
  queries.execute(sql.prepared`delete from resource_authorization where resource_id = ${resourceId}
    and subject_kind = 'anonymous' and created_by = ${personId}`);
