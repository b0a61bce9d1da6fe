import type { Database } from '@cloister/database';
import type { OrganisationId } from '@cloister/wire';
import type { DomainClaim, VerifiedDomain } from '../domain/domain-claim.ts';
import { listClaims } from '../store/domain-claims.ts';
import { listDomains } from '../store/domains.ts';

/** An organisation's verified domains, then its claims. */
export const listOwnDomains = async (
  database: Database,
  organisationId: OrganisationId,
): Promise<readonly (DomainClaim | VerifiedDomain)[]> => {
  const claims = await listClaims(database, organisationId);
  // Read last: what was proven in between is in both, and verified.
  const verified = await listDomains(database, [organisationId]);
  return [...verified, ...claims.filter(({ domain }) => verified.every((each) => each.domain !== domain))];
};
