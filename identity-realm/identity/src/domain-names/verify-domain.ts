import { type Database, orConflict } from '@cloister/database';
import type { Log } from '@cloister/logging';
import { CloisterError, type DomainName } from '@cloister/wire';
import { publishOrganisations } from '../directory/publish-organisations.ts';
import { publishRealms } from '../directory/publish-realms.ts';
import type { RegisteredRealm } from '../domain/directory.ts';
import { domainRecord, isProvenBy } from '../domain/domain-challenge.ts';
import type { DomainClaim, VerifiedDomain } from '../domain/domain-claim.ts';
import { requireOwn } from '../domain/require-own.ts';
import { deleteClaim, findClaim } from '../store/domain-claims.ts';
import { findDomain, insertDomain } from '../store/domains.ts';
import type { Person } from '../store/people.ts';

import type { TxtLookup } from './txt-lookup.ts';

/** What a verification works with. */
export interface VerificationParts {
  readonly database: Database;
  readonly lookUpTxt: TxtLookup;
  readonly realms: readonly RegisteredRealm[];
  readonly log: Log;
  readonly now: () => Date;
}

/**
 * Looks for the claim's record in DNS and, when it is there, makes the domain the organisation's own and tells the realms.
 * Of two organisations that prove the same domain at once the first one gets it.
 * @throws CloisterError `identity/not-found` without a claim, `identity/domain-not-proven`, `identity/domain-taken`
 */
export const verifyDomain = async (
  parts: VerificationParts,
  { by, domain }: { readonly by: Person; readonly domain: DomainName },
): Promise<VerifiedDomain> => {
  const { database, lookUpTxt } = parts;
  const { organisationId } = by;
  // In this order, so that what another request proves in between is seen as proven, and never as neither.
  const claimed = await findClaim(database, { organisationId, domain });
  const owned = await findDomain(database, domain);
  if (owned?.organisationId === organisationId) return owned;
  const claim = requireOwn(claimed, by);
  if (owned !== null) throw new CloisterError('identity/domain-taken');
  const record = domainRecord(domain, claim.challenge);
  const found = await lookUpTxt(record.name);
  if (found === null) throw notProven('The name servers gave no answer: try again later.');
  if (!isProvenBy(record, found))
    throw notProven(found.length === 0 ? 'There is no such record.' : 'The record differs.');
  return settle(parts, { by, claim });
};

/** Another process, or somebody who took the claim back, may have been faster: what stands in the database counts. */
const settle = async (
  { database, realms, log, now }: VerificationParts,
  { by, claim }: { readonly by: Person; readonly claim: DomainClaim },
): Promise<VerifiedDomain> => {
  const { organisationId, domain, claimedAt, claimedBy, challenge } = claim;
  const verified: VerifiedDomain = { organisationId, domain, claimedAt, verifiedAt: now(), proof: 'dns' };
  const made = await orConflict(
    database.transaction(async (transaction) => {
      if (!(await deleteClaim(transaction, { organisationId, domain, challenge }))) return false;
      await insertDomain(transaction, { ...verified, claimedBy, verifiedBy: by.id });
      await publishRealms(transaction, realms);
      await publishOrganisations(transaction, organisationId);
      return true;
    }),
  );
  if (!made.ok) throw new CloisterError('identity/domain-taken');
  if (!made.value) return requireOwn(await findDomain(database, domain), by);
  log.event('domain.verified', { organisationId, personId: by.id });
  return verified;
};

const notProven = (detail: string) => new CloisterError('identity/domain-not-proven', { detail });
