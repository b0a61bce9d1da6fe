import { CloisterError, idOf } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import type { Asked, RequestOf } from '../../domain/asked.ts';
import { requireKeyOn } from '../../master-keys/store/require-key-on.ts';
import { type KeyRow, lockKeys } from '../../store/key-row.ts';
import { bindKeyElsewhere } from '../store/foreign-binding-row.ts';

/**
 * Binds a key of ours to a resource elsewhere: only its maker, only once, and again to the same.
 * @throws CloisterError `kms/not-found`, `kms/not-authorized`, `kms/conflict`, `kms/revoked`
 */
export const claimKeyElsewhere = (
  { database, now }: Pick<KmsContext, 'database' | 'now'>,
  { personId, organisationId }: Asked['caller'],
  { keyUri, resourceUri }: RequestOf<'bindKey'>,
): Promise<KeyRow> =>
  database.transaction(async (tx) => {
    await requireKeyOn(tx, organisationId);
    const [key] = await lockKeys(tx, [idOf(keyUri)]);
    if (key === undefined) throw new CloisterError('kms/not-found', { detail: 'a key' });
    if (key.creatorId !== personId) {
      throw new CloisterError('kms/not-authorized', { detail: 'only its maker binds a key' });
    }
    if (key.isRevoked) throw new CloisterError('kms/revoked');
    if (key.foreignResource === resourceUri) return key;
    if (key.boundAt !== null)
      throw new CloisterError('kms/conflict', { detail: 'the key is bound to another resource' });
    if (key.expiresAt <= now()) throw new CloisterError('kms/not-found', { detail: 'a key' });
    const boundAt = now();
    await bindKeyElsewhere(tx, { keyId: key.keyId, resourceUri, boundAt });
    return { ...key, foreignResource: resourceUri, boundAt };
  });
