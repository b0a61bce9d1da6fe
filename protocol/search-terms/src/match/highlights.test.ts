import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isOperator } from '../query/query.ts';
import { anyMessage, anyText, queryFor, runs } from '../testing/arbitrary.ts';
import { message, query } from '../testing/samples.ts';
import { fold } from '../text/fold.ts';
import { highlights } from './highlights.ts';
import { matches } from './matches.ts';
import { originalRanges } from './original-ranges.ts';
import { wanted } from './phrase.ts';

const marked = (typed: string, text: string) =>
  highlights(query(typed), text).map(([start, end]) => text.slice(start, end));

it.each([
  ['strasse', 'Die lange Straße hier', ['Straße']],
  ['fine', 'so ﬁne!', ['ﬁne']],
  ['resume', 'a re\u0301sume\u0301.', ['re\u0301sume\u0301']],
  ['coop', 'a co\u00adop\u200b.', ['co\u00adop\u200b']],
  ['ガイド', 'よ。ｶﾞｲﾄﾞ。', ['ｶﾞｲﾄﾞ']],
  ['会议', '开会议会议室', ['会议会议']],
  ['a -b', 'a b', ['a']],
  ['a NOT (b NOT c)', 'a b c', ['a', 'c']],
  ['b a', 'a b a', ['a', 'b', 'a']],
  ['"a b" b', 'a, b; b', ['a, b', 'b']],
  ['x', '😀x😀', ['x']],
  ['from:ada', 'ada', []],
])('%s marks of %j %j', (typed, text, expected) => {
  expect(marked(typed, text)).toEqual(expected);
});

it('marks no half of a character, in order and apart, and something wherever a lone word is found', () => {
  const seen = anyMessage.chain((one) => queryFor(one).map((asked) => ({ one, asked })));
  fc.assert(
    fc.property(seen, ({ one, asked }) => {
      for (const { text } of one.texts) {
        const ranges = highlights(asked, text);
        let at = -1;
        for (const [start, end] of ranges) {
          expect(start).toBeGreaterThan(at);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          at = end;
        }
        if (text.isWellFormed()) expect(ranges.every((range) => text.slice(...range).isWellFormed())).toBe(true);
        if (asked !== null && !isOperator(asked) && 'text' in asked) {
          expect(ranges.length > 0).toBe(matches(asked, message(text)) === 'yes');
          // A word alone can be of another language, and S can have other words alone.
          if (wanted(asked)?.kind === 'forms' || wanted(asked)?.kind === 'segmented') continue;
          for (const range of ranges) expect(matches(asked, message(text.slice(...range)))).toBe('yes');
        }
      }
    }),
    { numRuns: runs * 10 },
  );
});

it('finds the place of every character in the original', () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      const folded = fold(text);
      for (let at = 0; at < folded.length; at += 1) {
        const [[start, end] = [0, 0]] = originalRanges(text, [[at, at + 1]]);
        expect(fold(text.slice(start, end))).toContain(folded.charAt(at));
      }
      // Cut at the end of any group, both sides are folded as they are together.
      const [[, end] = [0, 0]] = folded === '' ? [] : originalRanges(text, [[0, 1]]);
      expect(fold(text.slice(0, end)) + fold(text.slice(end))).toBe(folded);
    }),
    { numRuns: runs * 10 },
  );
});

it('knows every character of Unicode that joins the one before it when folded', () => {
  const first = ['e', 'か', 'ᄀ', '가', 'Σ', '\u0b47'];
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const character = String.fromCodePoint(code);
    if (/[\p{Cn}\p{Co}]/u.test(character)) continue;
    for (const before of first) {
      const folded = fold(before + character);
      if (folded === fold(before) + fold(character)) continue;
      const [[start, end] = [0, 0]] = originalRanges(before + character, [[0, 1]]);
      if (start !== 0 || end !== before.length + character.length) throw new Error(`U+${code.toString(16)}`);
    }
  }
});
