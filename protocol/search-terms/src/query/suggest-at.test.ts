import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyText, runs } from '../testing/arbitrary.ts';
import { suggestAt } from './suggest-at.ts';

it.each([
  // The cursor is the bar.
  ['^', 'filter', '', ''],
  ['fr^', 'filter', 'fr', 'fr'],
  ['FRO^m', 'filter', 'FRO', 'FROm'],
  ['fox^', 'word', 'fox', 'fox'],
  ['a fo^x b', 'word', 'fo', 'fox'],
  ['a ^', 'filter', '', ''],
  ['-fr^', 'filter', 'fr', 'fr'],
  ['from:^', 'from', '', ''],
  ['x from:Ad^a y', 'from', 'Ad', 'Ada'],
  ['from:"Ada L^', 'from', 'Ada L', '"Ada L'],
  ['from:"Ada L"^', 'from', 'Ada L', '"Ada L"'],
  ['from:"^Ada"', 'from', '', '"Ada"'],
  ['fr^om:ada', 'filter', 'fr', 'from:ada'],
  ['in:ha^', 'in', 'ha', 'ha'],
  ['has:^', 'has', '', ''],
  ['before:20^', 'date', '20', '20'],
  ['on:t^', 'date', 't', 't'],
  ['"quick br^own"', 'word', 'quick br', '"quick brown"'],
  ['from：Ad^', 'from', 'Ad', 'Ad'],
])('%s suggests a %s for %j', (marked, kind, prefix, replaced) => {
  const cursor = marked.indexOf('^');
  const text = marked.replace('^', '');
  const found = suggestAt(text, cursor);
  expect({ ...found, span: text.slice(found.span.start, found.span.end) }).toEqual({ kind, prefix, span: replaced });
});

it('has an answer at every place of every text', () => {
  fc.assert(
    fc.property(anyText(), fc.nat({ max: 40 }), (text, cursor) => {
      const { span, prefix } = suggestAt(text, Math.min(cursor, text.length));
      expect(span.start).toBeLessThanOrEqual(cursor);
      expect(span.end).toBeLessThanOrEqual(text.length);
      expect(text.includes(prefix)).toBe(true);
    }),
    { numRuns: runs },
  );
});
