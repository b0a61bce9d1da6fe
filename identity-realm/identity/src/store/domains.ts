import { type Queries, sql } from '@cloister/database';
import type { DomainName, OrganisationId, UserId } from '@cloister/wire';
import type { VerifiedDomain } from '../domain/domain-claim.ts';

const columns = sql`organisation_id AS "organisationId", domain, claimed_at AS "claimedAt", verified_at AS "verifiedAt", proof`;

/** Who claimed a domain and who had its proof looked at; nobody where the operator's word is the proof. */
export interface Verifiers {
  readonly claimedBy: UserId | null;
  readonly verifiedBy: UserId | null;
}

/** Whose a verified domain is. */
export const findDomain = (queries: Queries, domain: DomainName): Promise<VerifiedDomain | null> =>
  queries.maybe(sql<VerifiedDomain>`SELECT ${columns} FROM domains WHERE domain = ${domain}`);

/** The verified domains of some organisations, in the order of their names. */
export const listDomains = (
  queries: Queries,
  organisationIds: readonly OrganisationId[],
): Promise<readonly VerifiedDomain[]> =>
  queries.rows(sql<VerifiedDomain>`
    SELECT ${columns} FROM domains WHERE organisation_id = ANY (${[...organisationIds]}::uuid[])
    ORDER BY domain COLLATE "C"`);

/** Makes a domain an organisation's own. @throws DatabaseError `unique` when it is somebody's already */
export const insertDomain = async (queries: Queries, domain: VerifiedDomain & Verifiers): Promise<void> => {
  const { organisationId, claimedAt, claimedBy, verifiedAt, verifiedBy, proof } = domain;
  await queries.execute(sql`
    INSERT INTO domains (domain, organisation_id, claimed_at, claimed_by, verified_at, verified_by, proof)
    VALUES (${domain.domain}, ${organisationId}, ${claimedAt}, ${claimedBy}, ${verifiedAt}, ${verifiedBy}, ${proof})`);
};

/** Locks a verified domain of an organisation until the transaction ends; `false` when it is none. */
export const lockDomain = async (
  transaction: Queries,
  { organisationId, domain }: Pick<VerifiedDomain, 'organisationId' | 'domain'>,
): Promise<boolean> =>
  (await transaction.maybe(sql`
    SELECT 1 FROM domains WHERE domain = ${domain} AND organisation_id = ${organisationId} FOR UPDATE`)) !== null;

/** A domain is nobody's again. */
export const deleteDomain = async (queries: Queries, domain: DomainName): Promise<void> => {
  await queries.execute(sql`DELETE FROM domains WHERE domain = ${domain}`);
};

/** The domains of all addresses of an organisation's people, disabled people too, as they are compared. */
export const addressDomains = async (queries: Queries, organisationId: OrganisationId): Promise<readonly string[]> => {
  const rows = await queries.rows(sql<{ domain: string }>`
    SELECT DISTINCT split_part(email_key, '@', 2) AS domain FROM people WHERE organisation_id = ${organisationId}`);
  return rows.map(({ domain }) => domain);
};
