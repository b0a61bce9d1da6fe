import { firstCodePoints } from './first-code-points.ts';
import { isAscii } from './fold.ts';

/** W: words; C: Chinese, Japanese, Korean; S: Thai, Lao, Khmer, Myanmar, which write no spaces between words. */
export type PieceClass = 'W' | 'C' | 'S';

/** A part of a folded text that is looked for as one. `start` and `end` are offsets in the folded text. */
export interface Piece {
  readonly class: PieceClass;
  /** Of a word of more than 64 code points the first 64. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const longestWord = 64;

const asciiRun = /[a-z0-9]+/g;
const run = /[\p{L}\p{M}\p{N}]+/gu;
const unspaced =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u;
const classC = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Hang}]/u;
const mark = /\p{M}/u;

/** The pieces of a folded text, in order. */
export const pieces = (folded: string): Piece[] => {
  const found: Piece[] = [];
  const mixed = !isAscii(folded) && unspaced.test(folded);
  for (const match of folded.matchAll(isAscii(folded) ? asciiRun : run)) {
    if (mixed && unspaced.test(match[0])) cut(match[0], match.index, found);
    else found.push(piece('W', match[0], match.index));
  }
  return found;
};

/** Cuts a run where the class of its characters changes; a mark has the class of the character before it. */
const cut = (text: string, offset: number, found: Piece[]): void => {
  let start = 0;
  let at = 0;
  let current: PieceClass = 'W';
  for (const character of text) {
    const next: PieceClass = mark.test(character) ? current : classOf(character);
    if (next !== current && at > start) {
      found.push(piece(current, text.slice(start, at), offset + start));
      start = at;
    }
    current = next;
    at += character.length;
  }
  found.push(piece(current, text.slice(start), offset + start));
};

const classOf = (character: string): PieceClass => {
  if (!unspaced.test(character)) return 'W';
  return classC.test(character) ? 'C' : 'S';
};

const piece = (kind: PieceClass, text: string, start: number): Piece => ({
  class: kind,
  text: kind === 'W' ? firstCodePoints(text, longestWord) : text,
  start,
  end: start + text.length,
});
