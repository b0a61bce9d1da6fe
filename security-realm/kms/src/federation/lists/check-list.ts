import type { ListClaims } from '@cloister/receipts';
import type { StatusView } from '@cloister/verify';
import { CloisterError } from '@cloister/wire';
import type { KnownVersion } from '../store/foreign-list-row.ts';

type Known = Pick<StatusView, 'person' | 'realmOf'>;

/**
 * What home cannot truthfully say, whatever it signs: that its resource is an organisation's of another realm (machines
 * read by that, R341), or that a person whom identity told us of is of another organisation (keys are given by that, R365).
 * @throws CloisterError `kms/peer-broken`
 */
export const checkListed = ({ iss, organisationId, people }: ListClaims, status: Known): void => {
  if (status.realmOf(organisationId) !== iss)
    throw contradicted('a resource of an organisation that it does not serve');
  for (const person of people) {
    const known = status.person(person.id);
    if (known !== undefined && known.organisationId !== person.organisationId) {
      throw contradicted('a person of another organisation than identity says');
    }
  }
};

/**
 * One version and epoch of a list says one thing: home may not tell it differently later. Somebody whose time on it is over is
 * missing without a new version.
 * @throws CloisterError `kms/peer-broken`
 */
export const checkSameList = (before: ListClaims, now: ListClaims): void => {
  const isSame =
    before.roomId === now.roomId &&
    before.organisationId === now.organisationId &&
    // Whom home lets see it may change by what its organisation decides, and then another epoch says so.
    (before.authorizationVersion !== now.authorizationVersion ||
      before.revocationEpoch !== now.revocationEpoch ||
      (before.departureVersion === now.departureVersion && isWithin(now, before)));
  if (!isSame) throw contradicted('another list under the same version');
};

/**
 * Home told of a newer list before it was asked.
 * @throws CloisterError `kms/peer-broken`
 */
export const checkNotOlder = (
  { authorizationVersion, revocationEpoch }: ListClaims,
  { knownVersion, knownEpoch }: KnownVersion,
): void => {
  if (authorizationVersion < knownVersion || revocationEpoch < knownEpoch) {
    throw contradicted('an older list than it told of');
  }
};

const isWithin = ({ people }: ListClaims, before: ListClaims): boolean => {
  const listed = new Set(before.people.map(nameOf));
  return people.every((person) => listed.has(nameOf(person)));
};

const nameOf = ({ id, organisationId, authorizationId, moderator }: ListClaims['people'][number]): string =>
  `${id} ${organisationId} ${authorizationId} ${moderator === true}`;

const contradicted = (detail: string) => new CloisterError('kms/peer-broken', { detail });
