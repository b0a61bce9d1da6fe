import { CloisterError } from '@cloister/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseByteRange } from './byte-range.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

describe('a range (RFC 9110 §14.1.2)', () => {
  it.each([
    ['bytes=0-0', 10, { first: 0, last: 0 }],
    ['bytes=3-', 10, { first: 3, last: 9 }],
    ['bytes=-4', 10, { first: 6, last: 9 }],
    ['bytes=-40', 10, { first: 0, last: 9 }],
    ['bytes=2-99', 10, { first: 2, last: 9 }],
    ['bytes=5-2', 10, undefined],
    ['bytes=0-1,3-4', 10, undefined],
    ['lines=0-1', 10, undefined],
    ['bytes=-', 10, undefined],
  ])('%s of %i bytes', (header, size, expected) => {
    expect(parseByteRange(header, size)).toEqual(expected);
  });

  it.each([
    ['bytes=10-', 10],
    ['bytes=-0', 10],
    ['bytes=0-', 0],
  ])('%s of %i bytes is refused', (header, size) => {
    expect(() => parseByteRange(header, size)).toThrow(CloisterError);
  });

  it('lies inside the file, whatever is asked, or is refused with a typed error', () => {
    const header = fc.oneof(
      fc.string(),
      fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `bytes=${a}-${b}`),
      fc.nat().map((a) => `bytes=-${a}`),
    );
    fc.assert(
      fc.property(header, fc.nat({ max: 1000 }), (text, size) => {
        try {
          const range = parseByteRange(text, size);
          if (range !== undefined)
            expect(0 <= range.first && range.first <= range.last && range.last < size).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(CloisterError);
        }
      }),
      { numRuns },
    );
  });
});
