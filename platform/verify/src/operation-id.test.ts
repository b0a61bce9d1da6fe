import type { UserId } from '@cloister/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { operationId } from './operation-id.ts';

const runs = { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) };
const alice = '11111111-1111-4111-8111-111111111111' as UserId;
const sealed = 'eyJhbGciOiJkaXIifQ..AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA';

it('is the hash of the length-prefixed person and sealed part', () => {
  // hashlib.sha256(pack('>I', 36) + userId + pack('>I', 62) + sealed).hexdigest()
  expect(operationId(alice, sealed)).toBe('baf2e4c2ddb4abd3d254d46a520d72810920c8387555598f81862a8775744327');
});

it('is the same for the same, and another for anything else', () => {
  const pair = fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(pair, pair, ([user, part], [otherUser, otherPart]) => {
      const first = operationId(user as UserId, part);
      expect(first).toMatch(/^[0-9a-f]{64}$/);
      expect(operationId(user as UserId, part)).toBe(first);
      // Lone surrogates have no UTF-8 and become the replacement character.
      const same = user.toWellFormed() === otherUser.toWellFormed() && part.toWellFormed() === otherPart.toWellFormed();
      expect(operationId(otherUser as UserId, otherPart) === first).toBe(same);
    }),
    runs,
  );
});

it('does not confuse where the person ends and the sealed part begins', () => {
  expect(operationId('ab' as UserId, 'c')).not.toBe(operationId('a' as UserId, 'bc'));
});
