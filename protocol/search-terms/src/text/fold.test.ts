import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyText, runs } from '../testing/arbitrary.ts';
import { fold, plain } from './fold.ts';

it.each([
  ['Straße', 'strasse'],
  ['ＦＵＬＬ', 'full'],
  ['ΌΣΟΣ όσος', 'όσοσ όσοσ'],
  ['ﬁne', 'fine'],
  ['co\u00adop\u200b', 'coop'],
  ['e\u200d\u0301', 'é'],
  ['ｶﾞ', 'ガ'],
  ['ㄱㅏ', '가'],
])('%j is folded to %j', (text, folded) => {
  expect(fold(text)).toBe(folded);
});

it('is no more folded when folded again, and no plainer when plain', () => {
  fc.assert(
    fc.property(fc.oneof(anyText(), fc.string({ unit: 'binary' })), (text) => {
      const folded = fold(text);
      expect(fold(folded)).toBe(folded);
      expect(plain(plain(text))).toBe(plain(text));
    }),
    { numRuns: runs * 10 },
  );
});

it('folds every character of Unicode once and for all, alone and with another form of itself', () => {
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const character = String.fromCodePoint(code);
    if (/[\p{Cn}\p{Co}]/u.test(character)) continue;
    const folded = fold(character);
    if (fold(folded) !== folded) throw new Error(`U+${code.toString(16)}`);
    if (fold(character.normalize('NFD')) !== folded) throw new Error(`NFD of U+${code.toString(16)}`);
  }
});

it('folds ASCII as it folds everything', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
      // A character beyond ASCII takes the long way.
      expect(`${fold(text)} é`).toBe(fold(`${text} é`));
      expect(`${plain(text)} e`).toBe(plain(`${text} é`));
    }),
    { numRuns: runs },
  );
});

it('keeps 32 marks in a row, so that no text takes long to sort', () => {
  const marks = (count: number) => '\u0323'.repeat(count);
  expect(fold(`e${marks(32)}f`)).toBe(`ẹ${marks(31)}f`);
  expect(fold(`e${marks(33)}f`)).toBe(fold(`e${marks(32)}f`));
  expect(fold(`e${marks(30)}\u200d\u200d${marks(9)}f`)).toBe(fold(`e${marks(30)}f`));
});

it('leaves no other character of Unicode that could lengthen a row', () => {
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const character = String.fromCodePoint(code);
    if (/[\p{M}\p{Default_Ignorable_Code_Point}\uff9e\uff9f]/u.test(character)) continue;
    if (/^\p{M}+$/u.test(character.normalize('NFKD'))) throw new Error(`U+${code.toString(16)}`);
  }
});
