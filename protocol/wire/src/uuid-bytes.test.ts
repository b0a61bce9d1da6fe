import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newId } from './ids.ts';
import { codeOf, runs } from './testing/fuzz.ts';
import { packUuids, unpackUuids } from './uuid-bytes.ts';

const ids = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((random) => newId(() => random));

it('packs ids into 16 bytes each, and finds them again', () => {
  fc.assert(
    fc.property(fc.array(ids, { maxLength: 20 }), (some) => {
      const bytes = packUuids(some);
      expect(Buffer.from(bytes).toString('hex')).toBe(some.join('').replaceAll('-', ''));
      expect(unpackUuids(bytes)).toEqual(some);
    }),
    runs,
  );
});

it('refuses bytes that are no ids', () => {
  expect(codeOf(() => unpackUuids(new Uint8Array(17)))).toBe('wire/invalid-message');
  expect(codeOf(() => unpackUuids(new Uint8Array(16)))).toBe('wire/invalid-id');
});
