import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseIndexFigures } from './index-figures.ts';

const figures = {
  v: 1,
  at: '2026-11-22T10:00:00.000Z',
  postings: 1200,
  documents: 100,
  tokens: 900,
  perDocument: 12,
  sharedTokens: 40,
  searched: 7,
  attacks: [{ name: 'frequency', measure: 'mass', unprotected: 0.2, protected: 0.004 }],
};

it('reads what the indexer tells of its own index', () => {
  expect(parseIndexFigures(JSON.stringify(figures))).toEqual(figures);
});

it.each([
  ['another version', { ...figures, v: 2 }],
  ['more than all', { ...figures, attacks: [{ ...figures.attacks[0], protected: 1.1 }] }],
  ['less than nothing', { ...figures, tokens: -1 }],
  ['no attacks', { ...figures, attacks: undefined }],
])('refuses %s', (_, wrong) => {
  expect(() => parseIndexFigures(wrong)).toThrow(expect.objectContaining({ code: 'wire/invalid-message' }));
});

it('throws nothing but its own errors, whatever it is given', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(() => parseIndexFigures(JSON.stringify(value))).toThrow(
        expect.objectContaining({ name: 'CloisterError' }),
      );
    }),
    { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) },
  );
});
