import { type Queries, sql } from '@cloister/database';
import type { OrganisationId } from '@cloister/wire';

/** An organisation and the domain that it proved to be its own. */
export interface Organisation {
  readonly id: OrganisationId;
  readonly name: string;
  readonly domain: string;
}

/** The organisation of a verified domain. */
export const findByDomain = (queries: Queries, domain: string): Promise<Organisation | null> =>
  queries.maybe(sql<Organisation>`
    SELECT o.id, o.name, d.domain FROM domains d JOIN organisations o ON o.id = d.organisation_id
    WHERE d.domain = ${domain}`);

/** Adds an organisation with its first verified domain. */
export const insertOrganisation = async (
  transaction: Queries,
  { id, name, domain }: Organisation,
  at: Date,
): Promise<void> => {
  await transaction.execute(sql`INSERT INTO organisations (id, name, created_at) VALUES (${id}, ${name}, ${at})`);
  await transaction.execute(
    sql`INSERT INTO domains (domain, organisation_id, verified_at) VALUES (${domain}, ${id}, ${at})`,
  );
};
