import type { Queries } from '@cloister/database';
import { CloisterError, hostOf, idOf, type KeyUri, type KmsHost, type ResourceUri } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import { notAuthorizedOn } from '../domain/decide-retrieval.ts';
import { readableBy } from '../store/authorization-row.ts';
import type { ResourceRow } from '../store/resource-row.ts';

/** The id in an address of this key server. @throws CloisterError `kms/unsupported` for another's (federation) */
export const ownId = (kmsHost: KmsHost, uri: KeyUri | ResourceUri): string => {
  if (hostOf(uri) === kmsHost) return idOf(uri);
  throw new CloisterError('kms/unsupported', { detail: 'keys of another key server cannot be reached yet' });
};

/**
 * Who does not stand on a resource's list learns nothing of it, not even whether it exists.
 * @throws CloisterError `kms/not-authorized`
 */
export const requireReadable = async (
  { kmsHost }: Pick<KmsContext, 'kmsHost'>,
  queries: Queries,
  resource: ResourceRow | null,
  { personId }: { personId: string },
  resourceId: string,
): Promise<ResourceRow> => {
  const readable = resource !== null && (await readableBy(queries, [resourceId], personId)).has(resourceId);
  if (!readable) throw notAuthorizedOn(kmsHost, personId, resourceId);
  return resource;
};
