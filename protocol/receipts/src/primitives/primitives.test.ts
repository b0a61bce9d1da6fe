import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { primitives as node } from './node.ts';
import { primitives as web } from './web.ts';

const runs = { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) };

it('hashes, signs and verifies the same in Node and in browsers', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), async (array) => {
      const bytes = new Uint8Array(array);
      expect(Uint8Array.from(await node.sha256(bytes))).toEqual(await web.sha256(bytes));
      // Ed25519 is deterministic: the same bytes, or one of the two is wrong.
      const signature = Uint8Array.from(await node.sign(privateKey, bytes));
      expect(signature).toEqual(await web.sign(privateKey, bytes));
      const other = Uint8Array.of(...bytes, 1);
      for (const each of [node, web]) {
        expect(await each.verify(publicKey, signature, bytes)).toBe(true);
        expect(await each.verify(publicKey, signature, other)).toBe(false);
      }
    }),
    runs,
  );
});

it('refuses the other half of a pair, and keys of another kind', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const bytes = new Uint8Array(64);
  for (const each of [node, web]) {
    for (const key of [publicKey, other.privateKey])
      await expect((async () => each.sign(key, bytes))()).rejects.toMatchObject({ code: 'seal/invalid-key' });
    for (const key of [privateKey, other.publicKey])
      await expect((async () => each.verify(key, bytes, bytes))()).rejects.toMatchObject({ code: 'seal/invalid-key' });
  }
});
