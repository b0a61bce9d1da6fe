import { it } from 'vitest';
import { decodeOaep } from './decode-oaep.ts';
import { expectOaepCases } from './testing/oaep-cases.ts';

it('decodes Wycheproof’s RSA-OAEP with SHA-256 and MGF1-SHA-256, and nothing with a label (R012)', () =>
  expectOaepCases(decodeOaep));
