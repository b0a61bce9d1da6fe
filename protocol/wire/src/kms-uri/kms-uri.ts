import type { UserId, Uuid } from '../ids.ts';
import type { AuthorizationUri, ResourceUri } from './instance-uri.ts';
import type { KmsHost } from './kms-host.ts';

/** Every kind of object a key server names, as it stands in the path. */
export const kmsCollections = [
  'ecdhe',
  'keys',
  'resources',
  'authorizations',
  'ping',
  'cmk',
  'kek',
  'awsKmsCmk',
  'publicKey',
  'outside',
] as const;

/** `keys` in `kms://host/keys/<id>`. */
export type KmsCollection = (typeof kmsCollections)[number];

/**
 * Whom an authorization is for: a person, everybody authorized on another resource, or whoever holds its bearer, which
 * has no name but the authorization's own.
 */
export type AuthId = UserId | ResourceUri | AuthorizationUri;

/**
 * A parsed key server address. `host` is null in a relative one (`/keys`), which means the server that was asked
 * (kms.md §1.5).
 */
export type KmsUri =
  | { readonly form: 'server'; readonly host: KmsHost }
  | { readonly form: 'collection'; readonly host: KmsHost | null; readonly collection: KmsCollection }
  | { readonly form: 'instance'; readonly host: KmsHost | null; readonly collection: KmsCollection; readonly id: Uuid }
  | { readonly form: 'resourceKeys' | 'resourceSearchKeys'; readonly host: KmsHost | null; readonly id: Uuid }
  | {
      readonly form: 'resourceAuthorizations' | 'resourceModerators';
      readonly host: KmsHost | null;
      readonly id: Uuid;
      readonly authId?: AuthId;
    };
