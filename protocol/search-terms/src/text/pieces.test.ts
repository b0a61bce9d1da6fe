import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyText, runs } from '../testing/arbitrary.ts';
import { fold } from './fold.ts';
import { pieces } from './pieces.ts';

const shown = (text: string) => pieces(fold(text)).map((piece) => `${piece.class} ${piece.text}`);

it.each([
  ['The quick-brown fox!', ['W the', 'W quick', 'W brown', 'W fox']],
  ['CVE-2026-1234', ['W cve', 'W 2026', 'W 1234']],
  ["l'été", ['W l', 'W été']],
  ['東京tower2号', ['C 東京', 'W tower2', 'C 号']],
  ['검색을 했다', ['C 검색을', 'C 했다']],
  ['コンピューター', ['C コンピューター']],
  ['時々〇', ['C 時々〇']],
  ['か\u309a', ['C か\u309a']],
  ['ไทย123', ['S ไทย', 'W 123']],
  ['ກ日本', ['S ກ', 'C 日本']],
  ['\u0e34ก', ['W \u0e34', 'S ก']],
  ['a\u0e34ก', ['W a\u0e34', 'S ก']],
  ['한\u0301', ['C 한\u0301']],
  ['नमस्ते', ['W नमस्ते']],
  ['😀 _ ¿?', []],
  ['\ud800a\udc00', ['W a']],
  ['x'.repeat(65), [`W ${'x'.repeat(64)}`]],
  ['𝒳'.repeat(65), [`W ${'x'.repeat(64)}`]],
  ['𐐨'.repeat(65), [`W ${'𐐨'.repeat(64)}`]],
])('%j is cut into %j', (text, expected) => {
  expect(shown(text)).toEqual(expected);
});

it('leaves nothing out but what separates, and cuts where it says', () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      const folded = fold(text);
      const found = pieces(folded);
      let at = 0;
      for (const piece of found) {
        expect(folded.slice(at, piece.start)).not.toMatch(/[\p{L}\p{M}\p{N}]/u);
        expect(folded.slice(piece.start, piece.end).startsWith(piece.text)).toBe(true);
        expect(piece.end).toBeGreaterThan(piece.start);
        at = piece.end;
      }
      expect(folded.slice(at)).not.toMatch(/[\p{L}\p{M}\p{N}]/u);
    }),
    { numRuns: runs * 5 },
  );
});

it('cuts ASCII as it cuts everything', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
      const folded = fold(text);
      expect(pieces(folded)).toEqual(pieces(`${folded} é`).slice(0, -1));
      // With a character of C the whole text takes the longest way.
      expect(pieces(folded)).toEqual(pieces(`${folded} 会`).slice(0, -1));
    }),
    { numRuns: runs },
  );
});
