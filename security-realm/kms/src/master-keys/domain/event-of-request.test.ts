import type { MasterKeyState, RequestedKeyState } from '@cloister/wire';
import { expect, it } from 'vitest';
import { keyIn, organisationWith } from '../testing/keys-of.ts';
import { eventOfRequest } from './event-of-request.ts';
import type { MasterKeyEvent } from './master-key-event.ts';

const rows: readonly (readonly [RequestedKeyState, MasterKeyState, MasterKeyEvent['type']])[] = [
  ['ACTIVE', 'pending', 'activate'],
  ['ACTIVE', 'revoked', 'activate'],
  ['REVOKED', 'active', 'revoke'],
  ['REVOKED', 'pending', 'revoke'],
  ['REVOKED', 'deleted', 'undelete'],
  ['REVOKED', 'revoked-by-amazon', 'revokeLocally'],
  ['REVOKED', 'locally-revoked', 'revoke'],
  ['REVOKED', 'removed', 'undelete'],
  ['DELETED', 'revoked', 'delete'],
  ['REMOVEDCLEAN', 'pending', 'removePending'],
];
it.each(rows)('asking for %s of a key that is %s means: %s (wires.md §12)', (wanted, state, type) => {
  const source = state.includes('amazon') || state.includes('locally') ? 'aws-kms' : 'upload';
  const keys = organisationWith([keyIn('key', state, source)], state === 'pending' ? undefined : 'key');
  expect(eventOfRequest(keys, 'key', wanted, null)).toMatchObject({ type, keyId: 'key' });
});

it('carries what Amazon refused to the decision', () => {
  const denied = { reason: 'disabled', missing: ['Decrypt'] };
  expect(eventOfRequest(organisationWith([keyIn('key', 'pending', 'aws-kms')]), 'key', 'ACTIVE', denied)).toEqual({
    type: 'activate',
    keyId: 'key',
    denied,
  });
});

it('knows no key of nobody', () => {
  expect(() => eventOfRequest(organisationWith([]), 'key', 'ACTIVE', null)).toThrow(
    expect.objectContaining({ code: 'kms/not-found' }),
  );
});
