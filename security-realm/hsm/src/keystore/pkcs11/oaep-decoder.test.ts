import {
  constants,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expectOaepCases } from '../testing/oaep-cases.ts';
import { OaepDecoder } from './oaep-decoder.ts';

const runs = Number(process.env.CLOISTER_RUNS ?? 100);
const decoder = new OaepDecoder();

it('decodes Wycheproof’s RSA-OAEP behind the bare RSA of a token as OpenSSL decodes it (R012)', () =>
  expectOaepCases((token, ciphertext) => {
    const block = bareRsa(token, ciphertext);
    return block && decoder.decode(block);
  }));

it('refuses any block that is not one of OAEP, also one above every modulus', async () => {
  const block = fc.uint8Array({ minLength: 256, maxLength: 256 }).map(Buffer.from);
  await fc.assert(
    fc.asyncProperty(block, fc.boolean(), async (bytes, small) => {
      if (small) bytes[0] = 0;
      expect(await decoder.decode(bytes)).toBe(null);
    }),
    { numRuns: runs },
  );
  expect(await decoder.decode(Buffer.alloc(256, 0xff))).toBe(null);
});

it('gives back what was encrypted, of any length, and nothing once a byte of the block is another', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  for (const length of [0, 1, 32, 190]) {
    const message = randomBytes(length);
    const sealed = publicEncrypt({ key: publicKey, ...padding }, message);
    const block = bareRsa(privateKey, sealed) ?? Buffer.alloc(0);
    expect(await decoder.decode(block)).toEqual(message);
    for (const at of [0, 1, 40, 255]) {
      const changed = Buffer.from(block);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(await decoder.decode(changed)).toBe(null);
    }
  }
});

/** What a token does with its private key alone; it refuses what is not below its modulus. */
const bareRsa = (key: KeyObject, ciphertext: Buffer): Buffer | null => {
  try {
    return privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, ciphertext);
  } catch {
    return null;
  }
};
