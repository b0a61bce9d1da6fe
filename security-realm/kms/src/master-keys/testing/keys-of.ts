import type { MasterKeyState } from '@cloister/wire';
import { type MasterKey, type MasterKeySource, type OrganisationKeys, turnsOff } from '../domain/organisation-keys.ts';

const long = new Date('2026-01-01T00:00:00.000Z');

/** A main key in a state, with what the state needs; its id is its name here. */
export const keyIn = (
  keyId: string,
  state: MasterKeyState,
  source: MasterKeySource = 'upload',
  change: Partial<MasterKey> = {},
): MasterKey => ({
  keyId,
  source,
  arn: source === 'upload' ? null : `arn:${keyId}`,
  checkValue: source === 'upload' ? Buffer.from(keyId.padEnd(16, '.')) : null,
  state,
  stateBefore: state === 'deleted' ? (source === 'upload' ? 'revoked' : 'locally-revoked') : null,
  unusable: null,
  createdAt: long,
  stateChangedAt: long,
  activatedAt: state === 'pending' ? null : long,
  rotationStartedAt: state === 'rotation' ? long : null,
  rotationTotal: state === 'rotation' ? 16 : null,
  retireAt: state === 'retired' ? new Date(long.getTime() + 7 * 24 * 3600_000) : null,
  purgeAt: state === 'deleted' ? new Date(long.getTime() + 30 * 24 * 3600_000) : null,
  ...change,
});

const leads: readonly MasterKeyState[] = ['active', 'revoked', 'locally-revoked', 'revoked-by-amazon', 'deleted'];

/** An organisation with these main keys; the head is the one whose state says so, or the one named. */
export const organisationWith = (keys: readonly MasterKey[], headKeyId?: string): OrganisationKeys => {
  const head = keys.find(({ keyId, state }) => (headKeyId === undefined ? leads.includes(state) : keyId === headKeyId));
  const isFrozen = turnsOff(head ?? null);
  return {
    organisationId: 'organisation',
    version: 7,
    epoch: 3,
    headKeyId: head?.keyId ?? null,
    isFrozen,
    defaultRole: head === undefined ? 'active' : 'idle',
    defaultRotationStartedAt: null,
    defaultRotationTotal: null,
    frozenAt: isFrozen ? long : null,
    effectiveAt: null,
    keys,
  };
};
