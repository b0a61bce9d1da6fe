import type { Person, StatusView } from '@cloister/verify';
import {
  type AuthId,
  CloisterError,
  hostOf,
  idOf,
  isResourceAuthId,
  isUserAuthId,
  type KmsHost,
  type OrganisationId,
  type ResourceUri,
  type UserId,
  type Uuid,
} from '@cloister/wire';

/** Whom an authorization is for; a person with the feed's entry by which they are active. */
export type Subject =
  | { readonly kind: 'person'; readonly id: UserId; readonly organisationId: OrganisationId; readonly entry: number }
  | { readonly kind: 'resource'; readonly id: string; readonly uri: ResourceUri }
  /** Whoever holds the bearer; the id is the authorization's own. */
  | { readonly kind: 'anonymous'; readonly id: Uuid };

type Known = {
  readonly status: Pick<StatusView, 'realmOf'>;
  /** By the feed, or as identity was asked. */
  readonly person: (id: UserId) => Pick<Person, 'organisationId' | 'active' | 'entry'> | undefined;
  readonly organisations: readonly string[];
  readonly kmsHost: KmsHost;
  /** Whether this realm reaches others. */
  readonly federates: boolean;
};

/**
 * Who may be authorized: active people, of this realm's organisations or of those that another key server of the directory
 * serves (identity's word alone says which, wires.md §13), and resources of this key server.
 * The sentences are for the person who asked.
 * @throws CloisterError `kms/not-authorized`, `kms/unsupported`, `kms/invalid-request`
 */
export const parseSubject = (known: Known, authId: AuthId): Subject => {
  if (isUserAuthId(authId)) return personSubject(known, authId);
  if (isResourceAuthId(authId)) return resourceSubject(known, authId);
  throw new CloisterError('kms/invalid-request', { detail: 'an authorization is for nobody who could be authorized' });
};

const personSubject = ({ status, person: personOf, organisations, federates }: Known, id: UserId): Subject => {
  const person = personOf(id);
  if (person === undefined) {
    throw new CloisterError('kms/not-authorized', { detail: 'a person to authorize is not known here' });
  }
  const isReached = federates && status.realmOf(person.organisationId) !== null;
  if (!organisations.includes(person.organisationId) && !isReached) {
    throw new CloisterError('kms/not-authorized', {
      detail: 'no key server serves the organisation of a person to authorize',
    });
  }
  if (!person.active) {
    throw new CloisterError('kms/not-authorized', { detail: 'a person to authorize has left the organisation' });
  }
  return { kind: 'person', id, organisationId: person.organisationId, entry: person.entry };
};

const resourceSubject = ({ kmsHost }: Known, uri: ResourceUri): Subject => {
  if (hostOf(uri) !== kmsHost) {
    throw new CloisterError('kms/unsupported', { detail: 'a resource of another key server cannot be authorized yet' });
  }
  return { kind: 'resource', id: idOf(uri), uri };
};
