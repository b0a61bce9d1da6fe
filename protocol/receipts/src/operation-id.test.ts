import type { UserId } from '@cloister/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { operationId } from './operation-id.ts';
import { receiptHash } from './receipt-hash.ts';
import { alice, knownReceipt } from './testing/samples.ts';

const runs = { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) };
const sealed = 'eyJhbGciOiJkaXIifQ..AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA';

it('is the hash of the length-prefixed person and sealed part', async () => {
  // hashlib.sha256(pack('>I', 36) + userId + pack('>I', 62) + sealed).hexdigest()
  expect(await operationId(alice, sealed)).toBe('baf2e4c2ddb4abd3d254d46a520d72810920c8387555598f81862a8775744327');
});

it('is the same for the same, and another for anything else', async () => {
  const pair = fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }));
  await fc.assert(
    fc.asyncProperty(pair, pair, async ([user, part], [otherUser, otherPart]) => {
      const first = await operationId(user as UserId, part);
      expect(first).toMatch(/^[0-9a-f]{64}$/);
      expect(await operationId(user as UserId, part)).toBe(first);
      // Lone surrogates have no UTF-8 and become the replacement character.
      const same = user.toWellFormed() === otherUser.toWellFormed() && part.toWellFormed() === otherPart.toWellFormed();
      expect((await operationId(otherUser as UserId, otherPart)) === first).toBe(same);
    }),
    runs,
  );
});

it('does not confuse where the person ends and the sealed part begins', async () => {
  expect(await operationId('ab' as UserId, 'c')).not.toBe(await operationId('a' as UserId, 'bc'));
});

it('hashes a receipt as its next one names it', async () => {
  // sha256sum of the known receipt
  expect(await receiptHash(knownReceipt)).toBe('7fbbd82bf1bda8489cc548c1f66ffd7be7db5440cd839f65302c90c534204e75');
  expect(await receiptHash('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});
