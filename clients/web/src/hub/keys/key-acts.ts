import type { MasterKeyOverview, MasterKeyView } from '@cloister/wire';

/** What an administrator can do to one key. */
export type KeyAct =
  | 'rotate'
  | 'revoke'
  | 'revoke-locally'
  | 'activate'
  | 'delete'
  | 'undelete'
  | 'remove'
  | 'diagnose';

const ofUploaded: Partial<Record<MasterKeyView['state'], readonly KeyAct[]>> = {
  active: ['rotate', 'revoke'],
  pending: ['activate', 'remove'],
  revoked: ['activate', 'delete'],
  deleted: ['undelete'],
};

const ofAmazon: Partial<Record<MasterKeyView['state'], readonly KeyAct[]>> = {
  active: ['rotate', 'diagnose', 'revoke-locally'],
  pending: ['activate', 'diagnose', 'remove'],
  rotation: ['diagnose'],
  'locally-revoked': ['activate', 'diagnose', 'delete'],
  'revoked-by-amazon': ['activate', 'diagnose', 'revoke-locally', 'delete'],
  deleted: ['undelete'],
};

/** The menu of a key: what the key server's table allows in its state, the dangerous last (docs/wires.md §12). */
export function keyActs(
  { state, source }: Pick<MasterKeyView, 'state' | 'source'>,
  { isFrozen }: Pick<MasterKeyOverview, 'isFrozen'>,
): readonly KeyAct[] {
  const acts = (source === 'AWS_KMS' ? ofAmazon : ofUploaded)[state] ?? [];
  // A key that waits cannot lead while the head is off: that one is activated first.
  return state === 'pending' && isFrozen ? acts.filter((act) => act !== 'activate') : acts;
}
