import fc from 'fast-check';
import { expect, it } from 'vitest';
import { foldName } from './fold-name.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

it.each([
  ['Müller', 'muller'],
  ['ÅNGSTRÖM', 'angstrom'],
  ['Ａｌｉｃｅ', 'alice'],
  ['ﾊﾅｺ', 'はなこ'],
  ['ハナコ', 'はなこ'],
  ['ｶﾞﾝﾊﾞ', 'がんば'],
  ['バナナ', 'ばなな'],
  ['佐藤　花子', '佐藤 花子'],
  ['ジョン・スミス', 'じょん すみす'],
  ['김철수', '김철수'],
])('folds %s to %s', (name, folded) => expect(foldName(name)).toBe(folded));

it('keeps what makes another letter', () => {
  expect(foldName('はな')).not.toBe(foldName('ばな'));
  expect(foldName('か')).not.toBe(foldName('が'));
});

it('changes nothing the second time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(foldName(foldName(text))).toBe(foldName(text));
    }),
    { numRuns },
  );
});
