import { expect, it } from 'vitest';
import { receiptHash } from './receipt-hash.ts';
import { knownReceipt } from './testing/samples.ts';

it('hashes a receipt as its next one names it', async () => {
  // sha256sum of the known receipt
  expect(await receiptHash(knownReceipt)).toBe('7fbbd82bf1bda8489cc548c1f66ffd7be7db5440cd839f65302c90c534204e75');
  expect(await receiptHash('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});
