import type { Queries } from '@cloister/database';
import { CloisterError, idOf, type KeyUri } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import { bindKeys, type KeyRow, type LockedKeyRow, lockKeys } from '../store/key-row.ts';
import type { ResourceRow } from '../store/resource-row.ts';
import { ownId } from './change-tools.ts';

/**
 * Binds keys to a resource, in the order asked. Only their maker may bind them, and only once: binding again to the same
 * resource changes nothing, since a client may repeat itself after a timeout (kms.md §1.6).
 * With `makesLive` the core will let people post under them, so nobody who left meanwhile may have read one (R333).
 * @throws CloisterError `kms/not-found`, `kms/not-authorized`, `kms/conflict`
 */
export const claimKeys = async (
  { kmsHost, now }: Pick<KmsContext, 'kmsHost' | 'now'>,
  tx: Queries,
  personId: string,
  keyUris: readonly KeyUri[],
  resource: ResourceRow,
  makesLive = false,
): Promise<KeyRow[]> => {
  for (const uri of keyUris) ownId(kmsHost, uri);
  const at = now();
  const { resourceId, departureVersion } = resource;
  const known = new Map((await lockKeys(tx, keyUris.map(idOf))).map((row) => [row.keyId, row]));
  const rows = keyUris.map((uri) => claimable(known.get(idOf(uri)), personId, resourceId, at));
  if (rows.some(({ isRevoked }) => isRevoked)) throw new CloisterError('kms/revoked');
  const fresh = rows.filter((row) => row.resourceId === null).map(({ keyId }) => keyId);
  if (fresh.length > 0 && (await bindKeys(tx, fresh, resource, at)) !== fresh.length) {
    throw new CloisterError('kms/conflict');
  }
  if (makesLive && rows.some((row) => row.resourceId !== null && (row.boundVersion ?? 0) < departureVersion)) {
    throw new CloisterError('kms/conflict', { detail: 'somebody has left since the key was bound' });
  }
  return rows.map((row) => (row.resourceId === null ? { ...row, resourceId, boundAt: at } : row));
};

const claimable = (row: LockedKeyRow | undefined, personId: string, resourceId: string, now: Date): LockedKeyRow => {
  if (row === undefined) throw new CloisterError('kms/not-found', { detail: 'a key' });
  if (row.resourceId === resourceId) return row;
  if (row.creatorId !== personId)
    throw new CloisterError('kms/not-authorized', { detail: 'only its maker binds a key' });
  if (row.boundAt !== null) throw new CloisterError('kms/conflict', { detail: 'the key is bound to another resource' });
  if (row.expiresAt <= now) throw new CloisterError('kms/not-found', { detail: 'a key' });
  return row;
};
