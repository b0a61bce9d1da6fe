import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decodeOaep } from './decode-oaep.ts';

type Case = { tcId: number; msg: string; ct: string; label: string; result: 'valid' | 'invalid' };
type Vectors = { testGroups: { privateKeyPem: string; tests: Case[] }[] };

it('decodes Wycheproof’s RSA-OAEP with SHA-256 and MGF1-SHA-256, and nothing with a label (R012)', () => {
  const folder = process.env.CLOISTER_VECTORS;
  if (folder === undefined) throw new Error('CLOISTER_VECTORS is not set: the public test vectors were not run');
  const file = join(folder, 'wycheproof/rsa_oaep_2048_sha256_mgf1sha256_test.json');
  const { testGroups } = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
  const counts = { decoded: 0, refused: 0 };
  for (const { privateKeyPem, tests } of testGroups) {
    const privateKey = createPrivateKey(privateKeyPem);
    for (const { tcId, msg, ct, label, result } of tests) {
      const expected = result === 'valid' && label === '' ? msg : null;
      const decoded = decodeOaep(privateKey, Buffer.from(ct, 'hex'))?.toString('hex') ?? null;
      expect({ tcId, decoded }).toEqual({ tcId, decoded: expected });
      counts[decoded === null ? 'refused' : 'decoded'] += 1;
    }
  }
  expect(counts).toEqual({ decoded: 10, refused: 27 });
});
