import { type Queries, sql } from '@cloister/database';
import type { DomainName, OrganisationId } from '@cloister/wire';
import type { DomainClaim } from '../domain/domain-claim.ts';

const columns = sql`organisation_id AS "organisationId", domain, challenge, claimed_at AS "claimedAt", claimed_by AS "claimedBy"`;

/** Whose claim, to which domain. */
export interface ClaimKey {
  readonly organisationId: OrganisationId;
  readonly domain: DomainName;
}

/** An organisation's claims that are not proven. */
export const listClaims = (queries: Queries, organisationId: OrganisationId): Promise<readonly DomainClaim[]> =>
  queries.rows(sql<DomainClaim>`
    SELECT ${columns} FROM domain_claims WHERE organisation_id = ${organisationId} ORDER BY domain COLLATE "C"`);

/** An organisation's claim to a domain. */
export const findClaim = (queries: Queries, { organisationId, domain }: ClaimKey): Promise<DomainClaim | null> =>
  queries.maybe(sql<DomainClaim>`
    SELECT ${columns} FROM domain_claims WHERE organisation_id = ${organisationId} AND domain = ${domain}`);

/** Keeps a claim; one that is there stays as it is, so that a record once given out stays the right one. Returns what stands. */
export const saveClaim = (queries: Queries, claim: DomainClaim): Promise<DomainClaim> => {
  const { organisationId, domain, challenge, claimedAt, claimedBy } = claim;
  return queries.one(sql<DomainClaim>`
    INSERT INTO domain_claims (organisation_id, domain, challenge, claimed_at, claimed_by)
    VALUES (${organisationId}, ${domain}, ${challenge}, ${claimedAt}, ${claimedBy})
    ON CONFLICT (organisation_id, domain) DO UPDATE SET domain = excluded.domain
    RETURNING ${columns}`);
};

/** Takes a claim away, of this challenge where one is named; `false` when there is none. */
export const deleteClaim = async (queries: Queries, claim: ClaimKey & { challenge?: string }): Promise<boolean> => {
  const { organisationId, domain, challenge = null } = claim;
  const deleted = await queries.execute(sql`
    DELETE FROM domain_claims WHERE organisation_id = ${organisationId} AND domain = ${domain}
      AND (${challenge}::text IS NULL OR challenge = ${challenge})`);
  return deleted > 0;
};
