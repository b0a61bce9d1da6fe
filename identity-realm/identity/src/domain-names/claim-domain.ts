import type { Database } from '@cloister/database';
import type { Log } from '@cloister/logging';
import { CloisterError, type DomainName } from '@cloister/wire';
import type { DomainClaim, VerifiedDomain } from '../domain/domain-claim.ts';
import { listClaims, saveClaim } from '../store/domain-claims.ts';
import { findDomain } from '../store/domains.ts';
import type { Person } from '../store/people.ts';

/** Claims cost a row each and prove nothing: no organisation needs more at once. */
const mostClaims = 100;

/**
 * Notes that the administrator's organisation says a domain is its own; whoever else says so loses nothing by it. Claimed
 * again, it stays the claim it is, with the record it had.
 * @throws CloisterError `identity/domain-taken` when another organisation proved it, `identity/conflict` for too many claims
 */
export const claimDomain = async (
  { database, log, now }: { readonly database: Database; readonly log: Log; readonly now: () => Date },
  { by, domain, challenge }: { readonly by: Person; readonly domain: DomainName; readonly challenge: string },
): Promise<DomainClaim | VerifiedDomain> => {
  const { organisationId, id: claimedBy } = by;
  const owned = await findDomain(database, domain);
  if (owned !== null && owned.organisationId !== organisationId) throw new CloisterError('identity/domain-taken');
  if (owned !== null) return owned;
  const others = (await listClaims(database, organisationId)).filter((claim) => claim.domain !== domain);
  if (others.length >= mostClaims) {
    throw new CloisterError('identity/conflict', {
      detail: `an organisation has at most ${mostClaims} claims at once`,
    });
  }
  const claim = await saveClaim(database, { organisationId, domain, challenge, claimedAt: now(), claimedBy });
  if (claim.challenge === challenge) log.event('domain.claimed', { organisationId, personId: claimedBy });
  return claim;
};
