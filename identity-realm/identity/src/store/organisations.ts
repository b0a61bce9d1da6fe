import { type Queries, sql } from '@cloister/database';
import type { DomainName, OrganisationId } from '@cloister/wire';
import type { NamedOrganisation } from '../domain/named-organisation.ts';
import { insertDomain } from './domains.ts';

/** An organisation and the domain that it proved to be its own. */
export interface Organisation {
  readonly id: OrganisationId;
  readonly name: string;
  readonly domain: DomainName;
}

/** The organisation of a verified domain. */
export const findByDomain = (queries: Queries, domain: string): Promise<Organisation | null> =>
  queries.maybe(sql<Organisation>`
    SELECT o.id, o.name, d.domain FROM domains d JOIN organisations o ON o.id = d.organisation_id
    WHERE d.domain = ${domain}`);

/** Every organisation with its verified domains, in the order of their names; or one. */
export const listOrganisations = (queries: Queries, only?: OrganisationId): Promise<readonly NamedOrganisation[]> =>
  queries.rows(sql<NamedOrganisation>`
    SELECT o.id, o.name, coalesce(d.domains, '{}') AS domains FROM organisations o LEFT JOIN LATERAL
      (SELECT array_agg(domain ORDER BY domain COLLATE "C") AS domains FROM domains WHERE organisation_id = o.id) d ON true
    WHERE ${only ?? null}::uuid IS NULL OR o.id = ${only ?? null}::uuid ORDER BY o.id`);

/** Adds an organisation with its first domain, which the operator vouches for. */
export const insertOrganisation = async (
  transaction: Queries,
  { id, name, domain }: Organisation,
  at: Date,
): Promise<void> => {
  await transaction.execute(sql`INSERT INTO organisations (id, name, created_at) VALUES (${id}, ${name}, ${at})`);
  const vouched = { organisationId: id, domain, claimedAt: at, verifiedAt: at, proof: 'operator' } as const;
  await insertDomain(transaction, { ...vouched, claimedBy: null, verifiedBy: null });
};
