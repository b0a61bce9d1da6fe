import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isUuid, newId, parseUuid } from './ids.ts';
import { codeOf, runs } from './testing/fuzz.ts';

it('makes an id that reads back, from any random bytes (R420)', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const id = newId(() => bytes);
      expect(parseUuid(id)).toBe(id);
    }),
    runs,
  );
});

it('keeps 122 of 128 random bits (RFC 9562 §5.4)', () => {
  expect(newId(() => new Uint8Array(16))).toBe('00000000-0000-4000-8000-000000000000');
  expect(newId(() => new Uint8Array(16).fill(0xff))).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
});

it('draws from the system when no source is given', () => {
  expect(newId()).not.toBe(newId());
});

it('refuses a source that gives too little', () => {
  expect(codeOf(() => newId(() => new Uint8Array(8)))).toBe('platform/internal');
});

it('does not change the bytes it was given', () => {
  const bytes = new Uint8Array(16).fill(0xff);
  newId(() => bytes);
  expect(bytes).toEqual(new Uint8Array(16).fill(0xff));
});

it.each([
  'A1111111-1111-4111-8111-111111111111',
  '11111111-1111-1111-8111-111111111111',
  '11111111-1111-4111-c111-111111111111',
  '11111111111141118111111111111111',
  '{11111111-1111-4111-8111-111111111111}',
  ' 11111111-1111-4111-8111-111111111111',
  '11111111-1111-4111-8111-111111111111\n',
  '',
  null,
  undefined,
  7,
  {},
])('refuses %j as an id', (value) => {
  expect(codeOf(() => parseUuid(value))).toBe('wire/invalid-id');
});

it('takes no other text for an id', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(isUuid(text)).toBe(false);
    }),
    runs,
  );
});
