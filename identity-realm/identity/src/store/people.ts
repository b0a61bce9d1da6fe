import { type Queries, sql } from '@cloister/database';
import type { OrganisationId, UserId } from '@cloister/wire';
import { foldName } from '../domain/fold-name.ts';
import type { Role } from '../domain/roles.ts';

/** A person as identity knows them. */
export interface Person {
  readonly id: UserId;
  readonly organisationId: OrganisationId;
  readonly organisationName: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
  readonly active: boolean;
}

/** A person who shall exist, with the hash of their password. */
export interface NewPerson {
  readonly id: UserId;
  readonly organisationId: OrganisationId;
  readonly name: string;
  readonly email: string;
  readonly emailKey: string;
  readonly roles: readonly Role[];
  readonly password: string;
  readonly at: Date;
}

const columns = sql`p.id, p.organisation_id AS "organisationId", o.name AS "organisationName", p.name, p.email, p.roles, p.active`;
const source = sql`people p JOIN organisations o ON o.id = p.organisation_id`;

/** The person whose address compares equal, with their password's hash. */
export const findByEmail = (
  queries: Queries,
  emailKey: string,
): Promise<(Person & { readonly password: string }) | null> =>
  queries.maybe(
    sql<Person & { password: string }>`SELECT ${columns}, p.password FROM ${source} WHERE p.email_key = ${emailKey}`,
  );

/** The person of an id. */
export const findPerson = (queries: Queries, id: UserId): Promise<Person | null> =>
  queries.maybe(sql<Person>`SELECT ${columns} FROM ${source} WHERE p.id = ${id}`);

/** The people of some ids; unknown ids are left out. */
export const findPeople = (queries: Queries, ids: readonly UserId[]): Promise<readonly Person[]> =>
  queries.rows(sql<Person>`SELECT ${columns} FROM ${source} WHERE p.id = ANY(${[...ids]}::uuid[])`);

/** Whether a domain is of the person's organisation. */
export const isOfDomain = async (queries: Queries, id: UserId, domain: string): Promise<boolean> =>
  (await queries.maybe(sql`
    SELECT 1 FROM people p JOIN domains d USING (organisation_id) WHERE p.id = ${id} AND d.domain = ${domain}`)) !==
  null;

/** Active people of one organisation whose name or address holds every word; those that begin so come first. */
export const searchPeople = async (
  queries: Queries,
  { organisationId, query, limit }: { organisationId: OrganisationId; query: string; limit: number },
): Promise<readonly Person[]> => {
  const folded = foldName(query);
  if (folded === '') return [];
  return queries.rows(sql<Person>`
    SELECT ${columns} FROM ${source}
    WHERE p.organisation_id = ${organisationId} AND p.active AND NOT EXISTS
      (SELECT 1 FROM unnest(${folded.split(' ')}::text[]) word WHERE strpos(p.search_key, word) = 0)
    ORDER BY NOT starts_with(p.search_key, ${folded}), p.search_key COLLATE "C", p.id LIMIT ${limit}`);
};

/** Everyone of one organisation, disabled people too, in the order of their names; the page after the person `after`. */
export const listPeople = (
  queries: Queries,
  { organisationId, after, limit }: { organisationId: OrganisationId; after: UserId | undefined; limit: number },
): Promise<readonly Person[]> =>
  queries.rows(sql<Person>`
    SELECT ${columns} FROM ${source}
    WHERE p.organisation_id = ${organisationId} AND (${after ?? null}::uuid IS NULL OR (p.search_key COLLATE "C", p.id) >
      (SELECT last.search_key COLLATE "C", last.id FROM people last WHERE last.id = ${after ?? null}::uuid AND last.organisation_id = ${organisationId}))
    ORDER BY p.search_key COLLATE "C", p.id LIMIT ${limit}`);

/** Adds the person; `false` when the address is taken, and then nothing changes. */
export const insertPerson = async (queries: Queries, person: NewPerson): Promise<boolean> => {
  const { id, organisationId, name, email, emailKey, roles, password, at } = person;
  const added = await queries.execute(sql`
    INSERT INTO people (id, organisation_id, name, email, email_key, search_key, roles, active, password, created_at)
    VALUES (${id}, ${organisationId}, ${name}, ${email}, ${emailKey}, ${foldName(`${name} ${email}`)}, ${[...roles]}, true,
      ${password}, ${at})
    ON CONFLICT (email_key) DO NOTHING`);
  return added > 0;
};

/** Replaces what a full administrator may change. */
export const updatePerson = async (
  queries: Queries,
  id: UserId,
  { active, roles }: { readonly active: boolean; readonly roles: readonly Role[] },
): Promise<void> => {
  await queries.execute(sql`UPDATE people SET active = ${active}, roles = ${[...roles]}::text[] WHERE id = ${id}`);
};

/** Locks an organisation's full administrators, so that two of them cannot remove each other at once. */
export const lockAdministrators = async (
  transaction: Queries,
  organisationId: OrganisationId,
): Promise<readonly UserId[]> => {
  const rows = await transaction.rows(sql<{ id: UserId }>`
    SELECT id FROM people WHERE organisation_id = ${organisationId} AND active AND 'full-admin' = ANY(roles)
    ORDER BY id FOR UPDATE`);
  return rows.map(({ id }) => id);
};
