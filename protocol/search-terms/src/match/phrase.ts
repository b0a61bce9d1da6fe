import { wordForms } from '../language/word-forms.ts';
import { fold, plain } from '../text/fold.ts';
import { isHan } from '../text/is-han.ts';
import { isSingle } from '../text/neighbours.ts';
import { type Piece, pieces } from '../text/pieces.ts';
import { segmentWords } from '../text/segment-words.ts';

/** What a word or phrase of a query looks for (docs/search.md, "When a piece of the query matches a piece of a text"). */
export type Wanted =
  /** A word in any of its forms. */
  | { readonly kind: 'forms'; readonly forms: ReadonlySet<string> }
  /** The same folded word. */
  | { readonly kind: 'word'; readonly word: string }
  /** Characters wherever they stand together inside a piece of the class. */
  | { readonly kind: 'inside'; readonly class: 'C' | 'S'; readonly text: string }
  /** A C or S piece that is nothing else. */
  | { readonly kind: 'alone'; readonly class: 'C' | 'S'; readonly text: string }
  /** Words of an S piece, one after the other. */
  | { readonly kind: 'segmented'; readonly words: readonly string[] }
  /** Pieces that follow each other. Words are the same folded, or, outside quotes, the same but for accents. */
  | { readonly kind: 'phrase'; readonly pieces: readonly Piece[]; readonly quoted: boolean };

/** What a word or phrase looks for; undefined if it has no piece. */
export const wanted = ({ text, quoted }: { readonly text: string; readonly quoted: boolean }): Wanted | undefined => {
  const found = pieces(fold(text));
  const [only] = found;
  if (only === undefined) return undefined;
  if (found.length > 1) return { kind: 'phrase', pieces: found, quoted };
  if (only.class === 'W') {
    return quoted
      ? { kind: 'word', word: only.text }
      : { kind: 'forms', forms: new Set(wordForms(only.text, 'all').forms) };
  }
  if (only.class === 'S' && quoted) {
    const words = [...segmentWords(only.text)].map((word) => word.text);
    if (words.length > 0) return { kind: 'segmented', words };
  }
  const isAnywhere = !isSingle(only.text) || (only.class === 'C' && isHan(only.text));
  return { kind: isAnywhere ? 'inside' : 'alone', class: only.class, text: only.text };
};

/** Whether two words are the same inside a phrase. */
export const isSameWord = (asked: string, word: string, quoted: boolean): boolean =>
  asked === word || (!quoted && plain(asked) === plain(word));
