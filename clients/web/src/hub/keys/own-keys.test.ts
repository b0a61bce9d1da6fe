import { expect, it } from 'vitest';
import { scriptedKey } from '../../testing/scripted-keys.ts';
import { changedStates } from './changed-states.ts';
import { addedKey, bringsItsOwn, headKey, isProgressing, pendingKey } from './own-keys.ts';

const [one, two] = [scriptedKey(1), scriptedKey(2, { state: 'pending' })];

it('brings no key of its own while the default key leads and nothing waits', () => {
  expect(bringsItsOwn({ head: 'default', keys: [scriptedKey(1, { state: 'retired' })] })).toBe(false);
  expect(bringsItsOwn({ head: 'default', keys: [two] })).toBe(true);
  expect(bringsItsOwn({ head: one.uri, keys: [one] })).toBe(true);
  expect(bringsItsOwn({ head: null, keys: [scriptedKey(1, { state: 'removed' })] })).toBe(true);
});

it('knows the head, the removed one too, which is missed (R050)', () => {
  const removed = scriptedKey(1, { state: 'removed' });
  expect(headKey({ head: null, keys: [two, removed] })).toBe(removed);
  expect(headKey({ head: one.uri, keys: [two, one] })).toBe(one);
  expect(headKey({ head: 'default', keys: [one] })).toBeUndefined();
  expect(pendingKey({ keys: [one, two] })).toBe(two);
});

it('finds the key that an upload brought, new or back again', () => {
  expect(addedKey({ keys: [one] }, { keys: [one, two] })).toBe(two);
  const revoked = scriptedKey(1, { state: 'revoked' });
  expect(addedKey({ keys: [scriptedKey(1, { state: 'removed' })] }, { keys: [revoked] })).toBe(revoked);
  expect(addedKey({ keys: [one] }, { keys: [revoked] })).toBeUndefined();
});

it('looks often while a rotation or a revocation is under way, and no longer', () => {
  const revocation = { requestedAt: '2026-11-22T00:00:00Z', nodes: 3, acknowledged: 2 };
  const revoked = (changes: object) => [
    scriptedKey(1, { state: 'revoked', revocation: { ...revocation, ...changes } }),
  ];
  expect(isProgressing({ keys: [one], defaultRole: 'idle' })).toBe(false);
  expect(isProgressing({ keys: [one], defaultRole: 'rotation' })).toBe(true);
  expect(isProgressing({ keys: [scriptedKey(1, { state: 'rotation' })], defaultRole: 'idle' })).toBe(true);
  expect(isProgressing({ keys: revoked({}), defaultRole: 'idle' })).toBe(true);
  expect(isProgressing({ keys: revoked({ effectiveAt: '2026-11-22T00:00:01Z' }), defaultRole: 'idle' })).toBe(false);
});

it('names the keys whose state changed, for ears', () => {
  const before = { keys: [one, two] } as never;
  const revoked = scriptedKey(1, { state: 'revoked' });
  expect(changedStates(before, { keys: [revoked, two] } as never)).toEqual([revoked]);
  expect(changedStates(before, { keys: [two] } as never)).toEqual([]);
});
