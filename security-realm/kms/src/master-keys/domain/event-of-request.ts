import { CloisterError, type RequestedKeyState } from '@cloister/wire';
import type { Denial } from './key-unusable.ts';
import type { MasterKeyEvent } from './master-key-event.ts';
import type { OrganisationKeys } from './organisation-keys.ts';

/**
 * What asking for a state means for a key as it is now (docs/wires.md §12): `REVOKED` revokes an active key, undeletes a
 * deleted one, and keeps what Amazon revoked from coming back by itself.
 * @throws CloisterError `kms/not-found`
 */
export const eventOfRequest = (
  { keys, headKeyId }: Pick<OrganisationKeys, 'keys' | 'headKeyId'>,
  keyId: string,
  wanted: RequestedKeyState,
  denied: Denial | null,
): MasterKeyEvent => {
  const key = keys.find((each) => each.keyId === keyId);
  if (key === undefined) throw new CloisterError('kms/not-found', { detail: 'a main key' });
  if (wanted === 'ACTIVE') return { type: 'activate', keyId, denied };
  if (wanted === 'DELETED') return { type: 'delete', keyId };
  if (wanted === 'REMOVEDCLEAN') return { type: 'removePending', keyId };
  const isGone = key.state === 'removed' && keyId === headKeyId;
  if (key.state === 'deleted' || isGone) return { type: 'undelete', keyId };
  return { type: key.state === 'revoked-by-amazon' ? 'revokeLocally' : 'revoke', keyId };
};
