import { CloisterError } from '@cloister/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyIn, organisationWith } from '../testing/keys-of.ts';
import { decide } from './decide.ts';
import type { MasterKeyEvent } from './master-key-event.ts';
import { headOf, type OrganisationKeys } from './organisation-keys.ts';

const RUNS = Number(process.env.CLOISTER_RUNS ?? 100);
const names = ['a', 'b', 'c', 'd', 'e'] as const;
const keyId = fc.constantFrom(...names);
const denied = fc.constantFrom(null, { reason: 'disabled', missing: [] });

/** Any event about any key, sensible or not. */
const event: fc.Arbitrary<MasterKeyEvent> = fc.oneof(
  fc.record({ type: fc.constant('upload' as const), keyId, activate: fc.boolean() }).map((each) => {
    return { ...each, checkValue: keyIn(each.keyId, 'pending').checkValue };
  }),
  fc.record({ type: fc.constant('addArn' as const), keyId, activate: fc.boolean() }).map((each) => {
    return { ...each, arn: `arn:${each.keyId}` };
  }),
  fc.record({ type: fc.constant('activate' as const), keyId, denied }),
  fc.record({ type: fc.constant('rotationDone' as const), keyId: fc.option(keyId) }),
  fc.record({ type: fc.constant('amazonDenied' as const), keyId, reason: fc.constant('disabled') }),
  fc.record({ type: fc.constant('reupload' as const), keyId }).map((each) => {
    return { ...each, checkValue: keyIn(each.keyId, 'removed').checkValue, arn: `arn:${each.keyId}` };
  }),
  fc.record({
    type: fc.constantFrom(
      'retireOver',
      'revoke',
      'amazonOk',
      'revokeLocally',
      'delete',
      'undelete',
      'purgeOver',
      'removePending',
    ),
    keyId,
  }) as fc.Arbitrary<MasterKeyEvent>,
  fc.constant({ type: 'byokDisable' as const }),
  fc.record({ type: fc.constant('deleteAll' as const), source: fc.constantFrom('upload', 'aws-kms') }),
);

const leading = ['active', 'revoked', 'locally-revoked', 'revoked-by-amazon', 'deleted'];

/** What byok.md §4.1 says of every organisation at every moment. */
const holds = (keys: OrganisationKeys): void => {
  const count = (wanted: (state: string) => boolean) => keys.keys.filter(({ state }) => wanted(state)).length;
  const head = headOf(keys);
  expect(count((state) => state === 'pending')).toBeLessThanOrEqual(1);
  expect(count((state) => leading.includes(state))).toBe(head === null || head.state === 'removed' ? 0 : 1);
  expect(head === null || head.state === 'removed' || leading.includes(head.state)).toBe(true);
  expect(keys.headKeyId === null).toBe(keys.defaultRole === 'active');
  expect(keys.isFrozen).toBe(head !== null && head.state !== 'active');
  expect(keys.isFrozen).toBe(keys.frozenAt !== null);
  for (const key of keys.keys) {
    expect([key.purgeAt !== null, key.stateBefore !== null]).toEqual(Array(2).fill(key.state === 'deleted'));
    expect(key.retireAt !== null).toBe(key.state === 'retired');
    expect(key.rotationStartedAt !== null).toBe(key.state === 'rotation');
  }
};

describe('any sequence of events', () => {
  it('keeps at most one key pending, one holder of the role, and freezes exactly when the head is off (R040, R041, R047)', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.nat({ max: 40 })), { maxLength: 30 }), (steps) => {
        let keys = organisationWith([]);
        let now = new Date('2026-01-01T00:00:00Z');
        for (const [step, days] of steps) {
          now = new Date(now.getTime() + days * 24 * 3600_000);
          const isKnown =
            (step.type === 'upload' || step.type === 'addArn') && keys.keys.some((key) => key.keyId === step.keyId);
          if (isKnown) continue;
          const before = keys;
          try {
            keys = decide(before, step, now).keys;
          } catch (error) {
            expect(error).toBeInstanceOf(CloisterError);
          }
          holds(keys);
          expect(keys.version).toBeGreaterThanOrEqual(before.version);
          expect(keys.epoch - before.epoch).toBe(Number(keys.isFrozen !== before.isFrozen));
        }
      }),
      { numRuns: RUNS },
    );
  });
});
