import { describe, expect, it } from 'vitest';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { alice, bob } from '../testing/samples.ts';
import { parseRoomChanges } from './room-change.ts';

const change = {
  operationId: 'ab'.repeat(32),
  kind: 'appoint',
  state: 'refused',
  actor: alice,
  subjects: [bob],
  since: '2026-11-22T01:00:00.000Z',
  status: 403,
  code: 'kms/moderators-only',
};

describe("a room's two-part changes", () => {
  it('are read with their state and the reason of a refusal (R326)', () => {
    expect(parseRoomChanges({ items: [change] })).toEqual([change]);
    const { status: _, code: __, ...pending } = { ...change, state: 'pending' };
    expect(parseRoomChanges({ items: [pending] })).toEqual([pending]);
  });

  it('are refused in a state nobody knows', () => {
    expect(codeOf(() => parseRoomChanges({ items: [{ ...change, state: 'perhaps' }] }))).toBe('wire/invalid-message');
  });

  it('give a value or a wire error for any input', () => {
    expectTypedErrors(parseRoomChanges, { items: [change] });
  });
});
