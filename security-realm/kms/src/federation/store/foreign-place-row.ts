import { type Queries, sql } from '@cloister/database';
import { hostOf, type KmsHost, type ResourceUri, type UserId } from '@cloister/wire';

/** Somebody of ours on a list that is at home elsewhere. */
export type ForeignPlaceRow = { readonly personId: UserId; readonly resourceUri: ResourceUri };

/** A removal that home is to be asked for, and how often it was in vain. */
export type DuePlace = ForeignPlaceRow & { readonly kmsHost: KmsHost; readonly attempts: number };

/** Who of ours stands on the list now. False when that would be more places at that home than are kept, and nobody is added. */
export const keepPlaces = async (
  queries: Queries,
  { resourceUri, people, now, most }: { resourceUri: ResourceUri; people: readonly UserId[]; now: Date; most: number },
): Promise<boolean> => {
  await queries.execute(sql.prepared`delete from foreign_place
    where resource_uri = ${resourceUri} and person_id <> all(${[...people]}::uuid[])`);
  const known = new Set(await placesOf(queries, resourceUri));
  const fresh = people.filter((id) => !known.has(id));
  if (fresh.length === 0) return true;
  if ((await countPlacesAt(queries, hostOf(resourceUri), most)) + fresh.length > most) return false;
  await queries.execute(sql.prepared`insert into foreign_place (person_id, resource_uri, kms_host, due_at)
    select id, ${resourceUri}::text, ${hostOf(resourceUri)}::text, ${now}::timestamptz from unnest(${fresh}::uuid[]) as new (id)
    on conflict do nothing`);
  return true;
};

const placesOf = async (queries: Queries, resourceUri: ResourceUri): Promise<UserId[]> => {
  const rows = await queries.rows(sql.prepared<{ id: UserId }>`select person_id as id from foreign_place
    where resource_uri = ${resourceUri}`);
  return rows.map(({ id }) => id);
};

/** No more are counted than matter. */
const countPlacesAt = async (queries: Queries, kmsHost: KmsHost, most: number): Promise<number> => {
  const { count } = await queries.one(sql.prepared<{ count: number }>`select count(*)::int as count
    from (select 1 from foreign_place where kms_host = ${kmsHost} limit ${most}) places`);
  return count;
};

/**
 * Places of these people that home may be asked about now, `most` of each home, and not again before `until`. Nodes that ask
 * at once get different ones.
 */
export const claimDuePlaces = (
  queries: Queries,
  { people, now, until, most }: { people: readonly UserId[]; now: Date; until: Date; most: number },
): Promise<DuePlace[]> =>
  queries.rows(sql<DuePlace>`update foreign_place p set due_at = ${until}
    from (
      select person_id, resource_uri,
        row_number() over (partition by kms_host order by due_at, person_id, resource_uri) as place
      from foreign_place where person_id = any(${[...people]}::uuid[]) and due_at <= ${now}
    ) due
    where p.person_id = due.person_id and p.resource_uri = due.resource_uri and due.place <= ${most} and p.due_at <= ${now}
    returning p.person_id as "personId", p.resource_uri as "resourceUri", p.kms_host as "kmsHost", p.attempts`);

/** Home was asked in vain once more. */
export const postponePlaces = (queries: Queries, places: readonly ForeignPlaceRow[], until: Date): Promise<number> =>
  queries.execute(sql`update foreign_place p set due_at = ${until}, attempts = attempts + 1
    from unnest(${places.map(({ personId }) => personId)}::uuid[], ${places.map(({ resourceUri }) => resourceUri)}::text[])
      as failed (person_id, resource_uri)
    where p.person_id = failed.person_id and p.resource_uri = failed.resource_uri`);

export const deletePlace = (queries: Queries, { personId, resourceUri }: ForeignPlaceRow): Promise<number> =>
  queries.execute(sql.prepared`delete from foreign_place
    where person_id = ${personId} and resource_uri = ${resourceUri}`);

/** Home says that nobody of ours is on the list. */
export const deletePlacesOf = (queries: Queries, resourceUri: ResourceUri): Promise<number> =>
  queries.execute(sql.prepared`delete from foreign_place where resource_uri = ${resourceUri}`);

/** Of these people, how many still stand on lists elsewhere. */
export const countPlaces = async (queries: Queries, people: readonly UserId[]): Promise<number> => {
  const { count } = await queries.one(sql<{ count: number }>`select count(*)::int as count from foreign_place
    where person_id = any(${[...people]}::uuid[])`);
  return count;
};
