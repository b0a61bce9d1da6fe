import type { Database } from '@cloister/database';
import type { Log } from '@cloister/logging';
import { CloisterError, type DomainName } from '@cloister/wire';
import { publishOrganisations } from '../directory/publish-organisations.ts';
import type { RegisteredRealm } from '../domain/directory.ts';
import { isDomainInUse } from '../domain/is-domain-in-use.ts';
import { deleteClaim } from '../store/domain-claims.ts';
import { addressDomains, deleteDomain, lockDomain } from '../store/domains.ts';
import { listJoined } from '../store/joined-realms.ts';
import type { Person } from '../store/people.ts';

/**
 * Takes a claim back, or gives a verified domain up. The directory of key servers stays as it is: a domain that a key
 * server's host lies under cannot be given up.
 * @throws CloisterError `identity/not-found` for domains of others, `identity/domain-in-use`
 */
export const removeDomain = async (
  parts: { readonly database: Database; readonly realms: readonly RegisteredRealm[]; readonly log: Log },
  { by, domain }: { readonly by: Person; readonly domain: DomainName },
): Promise<void> => {
  const { database, realms, log } = parts;
  const { organisationId, id: personId } = by;
  await database.transaction(async (transaction) => {
    // The claim first: whoever is proving it holds its row, and then the domain is seen as proven.
    const claimed = await deleteClaim(transaction, { organisationId, domain });
    const verified = await lockDomain(transaction, { organisationId, domain });
    if (verified) {
      const joined = (await listJoined(transaction)).filter((realm) => realm.organisationId === organisationId);
      const configured = realms.filter((realm) => realm.organisationIds.includes(organisationId));
      const hosts = [...configured, ...joined].map(({ kmsHost }) => kmsHost);
      const addresses = await addressDomains(transaction, organisationId);
      if (isDomainInUse(domain, { hosts, addresses })) throw new CloisterError('identity/domain-in-use');
      await deleteDomain(transaction, domain);
      await publishOrganisations(transaction, organisationId);
    }
    if (!verified && !claimed) throw new CloisterError('identity/not-found');
  });
  log.event('domain.removed', { organisationId, personId });
};
