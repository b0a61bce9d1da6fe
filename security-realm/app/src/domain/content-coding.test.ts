import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chooseCoding } from './content-coding.ts';

const both = ['br', 'gzip'] as const;

it.each([
  ['gzip, br', 'br'],
  ['gzip', 'gzip'],
  ['BR;q=0.1', 'br'],
  ['*', 'br'],
  ['*, br;q=0', 'gzip'],
  ['identity', undefined],
  ['', undefined],
  [undefined, undefined],
])('answers %s with %s', (accept, coding) => {
  expect(chooseCoding(accept, both)).toBe(coding);
});

it('never chooses a coding that is not at hand, whatever is asked', () => {
  fc.assert(
    fc.property(fc.string(), (accept) => {
      expect(['gzip', undefined]).toContain(chooseCoding(accept, ['gzip']));
    }),
    { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) },
  );
});
