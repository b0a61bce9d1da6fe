import { CloisterError } from '../errors/cloister-error.ts';
import { isUuid, type UserId, type Uuid } from '../ids.ts';
import { type ResourceUri, splitInstanceUri } from './instance-uri.ts';
import { isKmsHost, type KmsHost } from './kms-host.ts';
import { type AuthId, type KmsCollection, type KmsUri, kmsCollections } from './kms-uri.ts';

const maxLength = 1024;

/** Collections that hold no objects of their own. */
const flat: readonly KmsCollection[] = ['ping', 'publicKey'];

/**
 * A key server address from untrusted text: `kms://host`, `kms://host/keys`, `kms://host/keys/<id>`,
 * `kms://host/resources/<id>/authorizations?authId=<id>`, and the same without `kms://host`.
 * User info, ports, address literals, internationalised names, upper-case hosts, fragments, unknown queries,
 * empty and dot segments are refused: what does not parse is never connected to.
 * @throws CloisterError `wire/invalid-uri`
 */
export const parseKmsUri = (value: unknown): KmsUri => {
  const parsed = typeof value === 'string' && value.length <= maxLength ? parse(value) : null;
  if (parsed === null) throw new CloisterError('wire/invalid-uri');
  return parsed;
};

const parse = (text: string): KmsUri | null => {
  if (text.startsWith('/')) return parsePath(null, text.slice(1));
  if (!text.startsWith('kms://')) return null;
  const rest = text.slice('kms://'.length);
  const slash = rest.indexOf('/');
  const host = slash === -1 ? rest : rest.slice(0, slash);
  if (!isKmsHost(host)) return null;
  return slash === -1 ? { form: 'server', host } : parsePath(host, rest.slice(slash + 1));
};

const parsePath = (host: KmsHost | null, text: string): KmsUri | null => {
  const mark = text.indexOf('?');
  const segments = (mark === -1 ? text : text.slice(0, mark)).split('/');
  const query = mark === -1 ? null : text.slice(mark + 1);
  const [kind, id, part, ...more] = segments;
  const collection = kmsCollections.find((known) => known === kind);
  if (collection === undefined || more.length > 0) return null;
  if (part !== undefined) return parsePart(host, collection, id, part, query);
  if (query !== null) return null;
  if (id === undefined) return { form: 'collection', host, collection };
  return isUuid(id) && !flat.includes(collection) ? { form: 'instance', host, collection, id: id as Uuid } : null;
};

const parsePart = (
  host: KmsHost | null,
  collection: KmsCollection,
  id: string | undefined,
  part: string,
  query: string | null,
): KmsUri | null => {
  if (collection !== 'resources' || !isUuid(id)) return null;
  const resource = { host, id: id as Uuid };
  if (part === 'keys') return query === null ? { form: 'resourceKeys', ...resource } : null;
  if (part === 'searchKeys') return query === null ? { form: 'resourceSearchKeys', ...resource } : null;
  if (part !== 'authorizations' && part !== 'moderators') return null;
  const form = part === 'authorizations' ? 'resourceAuthorizations' : 'resourceModerators';
  if (query === null) return { form, ...resource };
  const authId = parseAuthIdQuery(query);
  return authId === null ? null : { form, ...resource, authId };
};

/** `authId=` a person's id or an address, percent-encoded as the published clients send it (kms.md §1.6). */
const parseAuthIdQuery = (query: string): AuthId | null => {
  if (!query.startsWith('authId=')) return null;
  try {
    const authId = decodeURIComponent(query.slice('authId='.length));
    return isAuthId(authId) ? authId : null;
  } catch {
    return null;
  }
};

/** Whether a value names whom an authorization is for: a person's id, a resource's or an authorization's absolute address. */
export const isAuthId = (value: unknown): value is AuthId =>
  isUuid(value) || splitInstanceUri(value, 'resources') !== null || splitInstanceUri(value, 'authorizations') !== null;

/** Whether an authorization is for a person, not for another resource's readers. */
export const isUserAuthId = (authId: AuthId): authId is UserId => isUuid(authId);

/** Whether an authorization is for everybody authorized on another resource. */
export const isResourceAuthId = (authId: AuthId): authId is ResourceUri =>
  splitInstanceUri(authId, 'resources') !== null;
