import { type EdPublicJwk, type KmsHost, liesWithin, type OrganisationId } from '@cloister/wire';
import type { VerifiedDomain } from './domain-claim.ts';

/** A key server of the operator's configuration or one that joined, whom it serves, and by which keys it is known. */
export interface RegisteredRealm {
  readonly kmsHost: KmsHost;
  readonly organisationIds: readonly OrganisationId[];
  readonly linkKey?: EdPublicJwk;
  readonly receiptKey?: EdPublicJwk;
  readonly earlierReceiptKeys?: readonly EdPublicJwk[];
  /** The operator's word that the host is the organisation's. */
  readonly vouched?: boolean;
}

/** A key server as the realms are told of it. */
export interface ListedRealm extends RegisteredRealm {
  readonly active: boolean;
}

/** Whether a key server may be in the directory: its host is at or below a domain that one of its organisations proved, or vouched for. */
export const isProven = (realm: RegisteredRealm, domains: readonly VerifiedDomain[]): boolean =>
  realm.vouched === true ||
  domains.some(
    ({ organisationId, domain }) => realm.organisationIds.includes(organisationId) && liesWithin(realm.kmsHost, domain),
  );

/** What has to be stated so that the directory is as wanted. Withdrawals come first: an organisation has one key server. */
export const directoryChanges = (
  listed: readonly ListedRealm[],
  wanted: readonly ListedRealm[],
): readonly ListedRealm[] => {
  const known = new Map(listed.map((realm) => [realm.kmsHost, realm]));
  const changed = wanted.filter((realm) => !isSame(known.get(realm.kmsHost), realm));
  return changed.toSorted((one, other) => Number(one.active) - Number(other.active));
};

const isSame = (known: ListedRealm | undefined, wanted: ListedRealm): boolean => {
  if (known === undefined || !known.active || !wanted.active) return (known?.active ?? false) === wanted.active;
  if (keysOf(known) !== keysOf(wanted)) return false;
  const served = new Set(known.organisationIds);
  return served.size === wanted.organisationIds.length && wanted.organisationIds.every((id) => served.has(id));
};

/** Keys as one text, to compare; the order of members does not matter, that of earlier keys does. */
const keysOf = ({ linkKey, receiptKey, earlierReceiptKeys = [] }: RegisteredRealm): string =>
  [linkKey, receiptKey, ...earlierReceiptKeys].map((key) => `${key?.x ?? ''} ${key?.kid ?? ''}`).join('\n');
