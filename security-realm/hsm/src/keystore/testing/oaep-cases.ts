import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

type Case = { tcId: number; msg: string; ct: string; label: string; result: 'valid' | 'invalid' };
type Vectors = { testGroups: { privateKeyPem: string; tests: Case[] }[] };
type Decode = (privateKey: KeyObject, ciphertext: Buffer) => Buffer | null | Promise<Buffer | null>;

/** Decodes Wycheproof's RSA-OAEP with SHA-256 and MGF1-SHA-256; what has a label is refused like what is wrong (R012). */
export const expectOaepCases = async (decode: Decode): Promise<void> => {
  const folder = process.env.CLOISTER_VECTORS;
  if (folder === undefined) throw new Error('CLOISTER_VECTORS is not set: the public test vectors were not run');
  const file = join(folder, 'wycheproof/rsa_oaep_2048_sha256_mgf1sha256_test.json');
  const { testGroups } = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
  const counts = { decoded: 0, refused: 0 };
  for (const { privateKeyPem, tests } of testGroups) {
    const privateKey = createPrivateKey(privateKeyPem);
    for (const { tcId, msg, ct, label, result } of tests) {
      const decoded = (await decode(privateKey, Buffer.from(ct, 'hex')))?.toString('hex') ?? null;
      expect({ tcId, decoded }).toEqual({ tcId, decoded: result === 'valid' && label === '' ? msg : null });
      counts[decoded === null ? 'refused' : 'decoded'] += 1;
    }
  }
  expect(counts).toEqual({ decoded: 10, refused: 27 });
};
