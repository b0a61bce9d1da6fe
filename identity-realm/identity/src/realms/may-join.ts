import type { Queries } from '@cloister/database';
import { CloisterError, type KmsHost, liesWithin, type OrganisationId } from '@cloister/wire';
import type { IdentityConfig } from '../config.ts';
import { listDomains } from '../store/domains.ts';
import { hasOtherRealm } from '../store/joined-realms.ts';

/** A key server that would join, and whose it would be. */
export interface Candidate {
  readonly kmsHost: KmsHost;
  readonly organisationId: OrganisationId;
  readonly vouched: boolean;
}

/**
 * An organisation has one key server, a host is one realm's, and it lies under a domain that the organisation proved, unless
 * the operator vouches for it.
 * @throws CloisterError `identity/conflict`, `identity/domain-not-proven`
 */
export const mayJoin = async (
  queries: Queries,
  configured: IdentityConfig['realms'],
  candidate: Candidate,
): Promise<void> => {
  const { kmsHost, organisationId, vouched } = candidate;
  const isTaken = configured.some(
    (realm) => realm.kmsHost === kmsHost || realm.organisationIds?.includes(organisationId) === true,
  );
  if (isTaken || (await hasOtherRealm(queries, candidate))) {
    throw new CloisterError('identity/conflict', { detail: 'the host or the organisation has another key server' });
  }
  const domains = await listDomains(queries, [organisationId]);
  if (!vouched && !domains.some(({ domain }) => liesWithin(kmsHost, domain))) {
    throw new CloisterError('identity/domain-not-proven', {
      detail: 'the host lies under no proven domain of the organisation',
    });
  }
};
