import type { Highlight } from '@cloister/sdk';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { excerpt } from './excerpt.ts';

const runs = { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) };
const joined = (parts: ReturnType<typeof excerpt>) => parts.map(({ text }) => text).join('');
const found = (parts: ReturnType<typeof excerpt>) => parts.filter(({ isFound }) => isFound).map(({ text }) => text);

it('shows all of a short text, and marks what was found', () => {
  const parts = excerpt('the harbour plan', [
    [4, 11],
    [12, 16],
  ]);
  expect(joined(parts)).toBe('the harbour plan');
  expect(found(parts)).toEqual(['harbour', 'plan']);
});

it('shows of a long text what stands around the first thing found (R395)', () => {
  const text = `${'a '.repeat(2000)}harbour${' b'.repeat(2000)}`;
  const parts = excerpt(text, [[4000, 4007]]);
  expect(joined(parts).length).toBeLessThan(340);
  expect(found(parts)).toEqual(['harbour']);
  expect(joined(parts)).toMatch(/^….*a harbour b.*…$/s);
});

it('loses and invents no character, and cuts none in two', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 900 });
  const highlights = fc.array(fc.tuple(fc.nat(1000), fc.nat(40)), { maxLength: 5 });
  fc.assert(
    fc.property(text, highlights, (said, places) => {
      const sorted = places
        .map(([from, length]): Highlight => [from, from + length])
        .filter(([, to]) => to <= said.length)
        .toSorted(([a], [b]) => a - b);
      const shown = joined(excerpt(said, sorted)).replace(/^…/, '').replace(/…$/, '');
      expect(said).toContain(shown);
      if (said.length <= 320) expect(shown.length).toBeGreaterThanOrEqual(said.replace(/^…|…$/g, '').length);
      // Without half of a pair: it would be shown as a box.
      if (said.isWellFormed()) expect(shown.isWellFormed()).toBe(true);
    }),
    runs,
  );
});

it('is bounded by a text of any length without an end of a character', () => {
  const text = `e${'\u0301'.repeat(100_000)}`;
  expect(joined(excerpt(text, [])).length).toBeLessThan(800);
});
