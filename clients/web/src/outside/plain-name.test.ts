import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plainName } from './plain-name.ts';

it.each([
  ['Ada Novak', 'Ada Novak'],
  ['  Ada \n Novak\u2028', 'Ada Novak'],
  ['Ada\u202e)emcA( ', 'Ada)emcA('],
  ['A\u200bd\u2066a', 'Ada'],
  ['👩‍🚀 Ren', '👩‍🚀 Ren'],
  ['田中愛子', '田中愛子'],
  ['نور', '\u2068نور\u2069'],
  ['\u202e', ''],
])('shows %j as %j', (name, shown) => {
  expect(plainName(name)).toBe(shown);
});

it('keeps nothing that moves or hides what stands beside it, whatever somebody calls themselves', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const shown = plainName(name);
      const inner = shown.startsWith('\u2068') ? shown.slice(1, -1) : shown;
      expect(inner).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
      expect(shown.startsWith('\u2068')).toBe(shown.endsWith('\u2069'));
      expect(plainName(inner)).toBe(shown);
    }),
    { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) },
  );
});
