import { domainToASCII } from 'node:url';
import { type DomainName, liesWithin } from '@cloister/wire';

/** What may lie under a domain: key servers' hosts, and the domains of people's addresses in any script. */
export interface DomainUses {
  readonly hosts: readonly string[];
  readonly addresses: readonly string[];
}

/** Whether something lies under a domain, or at it. */
export const isDomainInUse = (domain: DomainName, { hosts, addresses }: DomainUses): boolean =>
  [...hosts, ...addresses.map(domainToASCII)].some((each) => liesWithin(each, domain));
