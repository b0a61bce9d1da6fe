import type { MasterKeyState } from '@cloister/wire';
import { expect, it } from 'vitest';
import { keyActs } from './key-acts.ts';

const [on, off] = [{ isFrozen: false }, { isFrozen: true }];
const uploaded = (state: MasterKeyState, overview = on) => keyActs({ state, source: 'BYOK' }, overview);
const amazon = (state: MasterKeyState, overview = on) => keyActs({ state, source: 'AWS_KMS' }, overview);

it('offers to rotate and to revoke the active key, and never to delete it (R026, R028, R031)', () => {
  expect(uploaded('active')).toEqual(['rotate', 'revoke']);
  expect(amazon('active')).toEqual(['rotate', 'diagnose', 'revoke-locally']);
});

it('offers to activate and to delete a revoked key (R030, R031)', () => {
  expect(uploaded('revoked', off)).toEqual(['activate', 'delete']);
  expect(amazon('locally-revoked', off)).toEqual(['activate', 'diagnose', 'delete']);
});

it('offers to keep off what Amazon turned off (R075, R076)', () => {
  expect(amazon('revoked-by-amazon', off)).toEqual(['activate', 'diagnose', 'revoke-locally', 'delete']);
});

it('offers nothing but the way back for a deleted key (R033)', () => {
  expect(uploaded('deleted', off)).toEqual(['undelete']);
  expect(amazon('deleted', off)).toEqual(['undelete']);
});

it('offers to activate a pending key only while the head is on (R047)', () => {
  expect(uploaded('pending')).toEqual(['activate', 'remove']);
  expect(uploaded('pending', off)).toEqual(['remove']);
});

it('offers nothing for what goes its way by itself', () => {
  for (const state of ['rotation', 'retired', 'removed'] as const) expect(uploaded(state)).toEqual([]);
});
