import fc from 'fast-check';
import { expect, it } from 'vitest';
import { levenshtein, nearest } from './levenshtein.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

it('counts inserts, deletes and replacements', () => {
  expect(levenshtein('kitten', 'sitting')).toBe(3);
  expect(levenshtein('', 'abc')).toBe(3);
  expect(levenshtein('flaw', 'lawn')).toBe(2);
});

it('is a metric', () => {
  const word = fc.string({ maxLength: 12 });
  fc.assert(
    fc.property(word, word, word, (a, b, c) => {
      expect(levenshtein(a, b)).toBe(levenshtein(b, a));
      expect(levenshtein(a, b) === 0).toBe(a === b);
      expect(levenshtein(a, c)).toBeLessThanOrEqual(levenshtein(a, b) + levenshtein(b, c));
    }),
    { numRuns },
  );
});

it('picks the nearest name, whatever its case', () => {
  expect(nearest('Sockets', ['origins', 'socket', 'log'])).toBe('socket');
  expect(nearest('x', [])).toBeNull();
});
