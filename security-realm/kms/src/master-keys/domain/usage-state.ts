import type { MasterKeyState, UsageState } from '@cloister/wire';
import type { MasterKey, OrganisationKeys } from './organisation-keys.ts';

/** docs/wires.md §12; of removed ones see {@link usageStateOf}. */
const published: Readonly<Record<Exclude<MasterKeyState, 'removed'>, UsageState>> = {
  pending: 'PENDING',
  active: 'ACTIVE',
  rotation: 'REENCRYPTING',
  retired: 'RETIRED',
  revoked: 'REVOKED',
  'locally-revoked': 'REVOKED',
  'revoked-by-amazon': 'DISABLED',
  deleted: 'DELETED',
};

/** The published name of a key's state. A removed one is dirty while the organisation still needs it (R050). */
export const usageStateOf = (
  { keyId, state }: Pick<MasterKey, 'keyId' | 'state'>,
  { headKeyId }: Pick<OrganisationKeys, 'headKeyId'>,
): UsageState => {
  if (state !== 'removed') return published[state];
  return keyId === headKeyId ? 'REMOVEDDIRTY' : 'REMOVEDCLEAN';
};
