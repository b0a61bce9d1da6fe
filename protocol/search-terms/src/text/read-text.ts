import { languagesOf } from '../language/languages-of.ts';
import type { Language } from '../language/word-lists.ts';
import { fold } from './fold.ts';
import { type Piece, pieces } from './pieces.ts';

/** A text as the match rules see it. */
export interface ReadText {
  readonly pieces: readonly Piece[];
  readonly language: Language | 'all';
}

/** Folds a text, cuts it into pieces and tells its language. */
export const readText = (text: string): ReadText => {
  const found = pieces(fold(text));
  return { pieces: found, language: languagesOf(found) };
};
