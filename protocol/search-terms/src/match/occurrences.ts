import { wordForms } from '../language/word-forms.ts';
import type { Piece } from '../text/pieces.ts';
import type { ReadText } from '../text/read-text.ts';
import { segmentWords } from '../text/segment-words.ts';
import { isSameWord, type Wanted } from './phrase.ts';

/** From where to where in the folded text. */
export type Range = readonly [start: number, end: number];

/** Where a text has what is wanted, one place at a time. */
export function* occurrences(wanted: Wanted, { pieces, language }: ReadText): Generator<Range> {
  for (const [index, piece] of pieces.entries()) {
    switch (wanted.kind) {
      case 'forms':
        if (piece.class === 'W' && wordForms(piece.text, language).forms.some((form) => wanted.forms.has(form))) {
          yield [piece.start, piece.end];
        }
        break;
      case 'word':
        if (piece.class === 'W' && piece.text === wanted.word) yield [piece.start, piece.end];
        break;
      case 'alone':
        if (piece.class === wanted.class && piece.text === wanted.text) yield [piece.start, piece.end];
        break;
      case 'inside':
        if (piece.class === wanted.class) yield* inside(piece, wanted.text);
        break;
      case 'segmented':
        if (piece.class === 'S') yield* segmented(piece, wanted.words);
        break;
      case 'phrase': {
        const found = phraseAt(wanted.pieces, wanted.quoted, pieces, index);
        if (found !== undefined) yield found;
      }
    }
  }
}

function* inside(piece: Piece, text: string): Generator<Range> {
  for (let at = piece.text.indexOf(text); at !== -1; at = piece.text.indexOf(text, at + 1)) {
    yield [piece.start + at, piece.start + at + text.length];
  }
}

function* segmented(piece: Piece, asked: readonly string[]): Generator<Range> {
  const words = [...segmentWords(piece.text)];
  for (const [index, first] of words.entries()) {
    const last = words[index + asked.length - 1];
    if (last !== undefined && asked.every((word, offset) => words[index + offset]?.text === word)) {
      yield [piece.start + first.start, piece.start + last.end];
    }
  }
}

/** A phrase that begins with the piece at `index`: whole pieces, but for a C or S piece at its start or end. */
const phraseAt = (
  asked: readonly Piece[],
  quoted: boolean,
  pieces: readonly Piece[],
  index: number,
): Range | undefined => {
  const last = asked.length - 1;
  let start = 0;
  let end = 0;
  for (const [offset, part] of asked.entries()) {
    const piece = pieces[index + offset];
    if (piece === undefined || piece.class !== part.class) return undefined;
    if (part.class === 'W') {
      if (!isSameWord(part.text, piece.text, quoted)) return undefined;
    } else if (offset === 0) {
      if (!piece.text.endsWith(part.text)) return undefined;
    } else if (offset === last) {
      if (!piece.text.startsWith(part.text)) return undefined;
    } else if (piece.text !== part.text) return undefined;
    if (offset === 0) start = part.class === 'W' ? piece.start : piece.end - part.text.length;
    if (offset === last) end = part.class === 'W' ? piece.end : piece.start + part.text.length;
  }
  return [start, end];
};
