import {
  type AuthId,
  type AuthorizationRepresentation,
  instanceUri,
  type KeyRepresentation,
  type KmsHost,
  type ResourceUri,
  type UserId,
  type Uuid,
} from '@cloister/wire';
import type { AuthorizationRow } from '../store/authorization-row.ts';
import type { KeyRow } from '../store/key-row.ts';
import type { ResourceRow } from '../store/resource-row.ts';

/** A bound key does not expire; published clients want a date (kms.md §1.6). */
const BOUND_LIFETIME_MS = 100 * 365 * 24 * 3600 * 1000;

/**
 * A key as clients see it, its bytes still empty. Beside the published members our clients get the version of the list
 * that decided, and the room.
 */
export const representKey = (
  kmsHost: KmsHost,
  key: KeyRow,
  resource: Pick<ResourceRow, 'listVersion' | 'roomId'> | null,
): KeyRepresentation => {
  const uri = instanceUri(kmsHost, 'keys', key.keyId as Uuid);
  const common = {
    uri,
    jwk: { kid: uri, kty: 'oct' as const, k: '' },
    userId: key.creatorId,
    clientId: key.clientId,
    createDate: key.createdAt.toISOString(),
  };
  const resourceUri = resourceOf(kmsHost, key);
  if (resourceUri === null || key.boundAt === null) return { ...common, expirationDate: key.expiresAt.toISOString() };
  return {
    ...common,
    expirationDate: new Date(key.boundAt.getTime() + BOUND_LIFETIME_MS).toISOString(),
    bindDate: key.boundAt.toISOString(),
    resourceUri,
    ...(resource === null
      ? {}
      : {
          cloister: {
            authorizationVersion: resource.listVersion,
            ...(resource.roomId === null ? {} : { roomId: resource.roomId }),
          },
        }),
  };
};

/** Where a key is bound, here or elsewhere. */
const resourceOf = (kmsHost: KmsHost, { resourceId, foreignResource }: KeyRow): ResourceUri | null =>
  resourceId === null ? foreignResource : instanceUri(kmsHost, 'resources', resourceId as Uuid);

export const representAuthorization = (kmsHost: KmsHost, row: AuthorizationRow): AuthorizationRepresentation => ({
  uri: instanceUri(kmsHost, 'authorizations', row.authorizationId as Uuid),
  authId: authIdOf(kmsHost, row),
  resourceUri: instanceUri(kmsHost, 'resources', row.resourceId as Uuid),
  ...(row.expiresAt === null ? {} : { expirationDate: row.expiresAt.toISOString() }),
  ...(row.moderator ? { cloister: { moderator: true } } : {}),
});

/** One that names nobody is named by its own address, so that no list passes it over. */
const authIdOf = (kmsHost: KmsHost, { subjectKind, subjectId }: AuthorizationRow): AuthId => {
  if (subjectKind === 'person') return subjectId as UserId;
  return instanceUri(kmsHost, subjectKind === 'resource' ? 'resources' : 'authorizations', subjectId as Uuid);
};
