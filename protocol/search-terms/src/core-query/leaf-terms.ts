import { wanted } from '../match/phrase.ts';
import type { QueryLeaf } from '../query/query.ts';
import { plain } from '../text/fold.ts';
import { isHan } from '../text/is-han.ts';
import { isSingle, neighbours } from '../text/neighbours.ts';
import type { Piece } from '../text/pieces.ts';

/** What terms say of a leaf: a document it finds has one of each slot's terms; `exact`: and no other document does. */
export interface LeafTerms {
  readonly slots: readonly (readonly string[])[];
  readonly exact: boolean;
}

/** Nothing that terms could say. */
const silent: LeafTerms = { slots: [], exact: false };

/** The terms of a leaf. */
export const leafTerms = (leaf: QueryLeaf): LeafTerms => {
  if ('from' in leaf) return { slots: [leaf.from.map((id) => `from:${id}`)], exact: true };
  if ('has' in leaf) return { slots: [[`has:${leaf.has}`]], exact: true };
  if (!('text' in leaf)) return silent;
  const looked = wanted(leaf);
  switch (looked?.kind) {
    case undefined:
      return silent;
    case 'forms':
      return { slots: [[...looked.forms].flatMap(formTerms)], exact: true };
    case 'word':
      return { slots: [[`w:${looked.word}`]], exact: true };
    case 'alone':
      return { slots: [[`o:${looked.text}`]], exact: true };
    case 'inside': {
      const slots = insideSlots(looked.text);
      return { slots, exact: slots.length === 1 };
    }
    case 'segmented':
      return { slots: looked.words.map((word) => [`t:${word}`]), exact: looked.words.length === 1 };
    case 'phrase': {
      const { pieces, quoted } = looked;
      return {
        slots: pieces.flatMap((piece, index) => pieceSlots(piece, quoted, isInner(index, pieces))),
        exact: false,
      };
    }
  }
};

/**
 * The terms of a word one of whose forms this is. A document has `n:y` for a word with the form y that is not y itself. It has
 * `w:y` for the word y, and that has the form y too: forms are plain, so plain(y) = y.
 */
const formTerms = (form: string): string[] => [`n:${form}`, `w:${form}`];

const insideSlots = (text: string): string[][] =>
  isSingle(text) ? (isHan(text) ? [[`h:${text}`]] : []) : [...neighbours(text)].map((pair) => [`c:${pair}`]);

const pieceSlots = (piece: Piece, quoted: boolean, isWhole: boolean): string[][] => {
  if (piece.class === 'W') return [quoted ? [`w:${piece.text}`] : formTerms(plain(piece.text))];
  if (isWhole && isSingle(piece.text) && !isHan(piece.text)) return [[`o:${piece.text}`]];
  return insideSlots(piece.text);
};

const isInner = (index: number, pieces: readonly Piece[]): boolean => index > 0 && index < pieces.length - 1;
