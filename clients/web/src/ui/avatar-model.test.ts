import fc from 'fast-check';
import { expect, it } from 'vitest';
import { initial, tone } from './avatar-model.ts';

it.each([
  ['aiko tanaka', 'A'],
  ['田中愛子', '田'],
  ['が', 'が'],
  ['김민준', '김'],
  ['👩‍🚀 Ren', '👩‍🚀'],
  ['  ', ''],
])('shows %j as %j', (name, letter) => {
  expect(initial(name)).toBe(letter);
});

it('has a tone for every id', () => {
  fc.assert(
    fc.property(fc.string(), (id) => {
      expect(tone(id)).toBeGreaterThanOrEqual(0);
      expect(tone(id)).toBeLessThan(8);
      expect(Number.isInteger(tone(id))).toBe(true);
    }),
  );
});
