import { plain } from './fold.ts';
import { type LanguageName, languageNames } from './languages.ts';
import type { Piece } from './pieces.ts';
import type { Stems } from './stems.ts';

/** `forms(w) = {plain(w)} ∪ {plain(stem_L(w)) : L in languages}` */
export function forms(word: string, languages: readonly LanguageName[], stems: Stems): ReadonlySet<string> {
  const all = new Set([plain(word)]);
  for (const language of languages) {
    const stem = stems.of(word, language);
    if (stem !== undefined) all.add(plain(stem));
  }
  return all;
}

/** When the only piece of a part matches a piece of a text that is in these languages. */
export function matchesAlone(
  query: Piece,
  quoted: boolean,
  stems: Stems,
): (piece: Piece, languages: readonly LanguageName[]) => boolean {
  const asked = query.text;
  if (query.kind === 'W') {
    if (quoted) return (piece) => piece.kind === 'W' && piece.text === asked;
    const wanted = forms(asked, languageNames, stems);
    return (piece, languages) =>
      piece.kind === 'W' && [...forms(piece.text, languages, stems)].some((form) => wanted.has(form));
  }
  const wanted = query.kind === 'S' && quoted ? wordsOf(asked) : [];
  if (wanted.length > 0) return (piece) => piece.kind === 'S' && follow(wordsOf(piece.text), wanted);
  const alone = [...asked].length === 1 && !(query.kind === 'C' && /\p{Script=Han}/u.test(asked));
  return (piece) => piece.kind === query.kind && (alone ? piece.text === asked : piece.text.includes(asked));
}

/** When a piece of a phrase of several pieces matches a piece of a text; `place` is its place in the phrase. */
export function matchesInPhrase(
  query: Piece,
  quoted: boolean,
  place: 'first' | 'inner' | 'last',
): (piece: Piece) => boolean {
  const asked = query.text;
  if (query.kind === 'W') {
    if (quoted) return (piece) => piece.kind === 'W' && piece.text === asked;
    const wanted = plain(asked);
    return (piece) => piece.kind === 'W' && plain(piece.text) === wanted;
  }
  if (place === 'first') return (piece) => piece.kind === query.kind && piece.text.endsWith(asked);
  if (place === 'last') return (piece) => piece.kind === query.kind && piece.text.startsWith(asked);
  return (piece) => piece.kind === query.kind && piece.text === asked;
}

/** "The locale is the first of the four that the character's script extensions have." */
const locales: readonly (readonly [RegExp, string])[] = [
  [/^\p{Script_Extensions=Thai}/u, 'th'],
  [/^\p{Script_Extensions=Lao}/u, 'lo'],
  [/^\p{Script_Extensions=Khmer}/u, 'km'],
  [/^\p{Script_Extensions=Myanmar}/u, 'my'],
];

/** The words of an S piece, "as `Intl.Segmenter` finds words …; segments that are `isWordLike`". */
export function wordsOf(piece: string): string[] {
  const locale = locales.find(([script]) => script.test(piece))?.[1];
  const segments = new Intl.Segmenter(locale, { granularity: 'word' }).segment(piece);
  return [...segments].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment);
}

const follow = (words: readonly string[], wanted: readonly string[]): boolean =>
  words.some((_, at) => wanted.every((word, index) => words[at + index] === word));
