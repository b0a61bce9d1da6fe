import type { Piece } from '../text/pieces.ts';
import { type Language, languages, wordLists } from './word-lists.ts';

const listed = new Map<string, Language[]>();
for (const language of languages) {
  for (const word of wordLists[language].split(' ')) listed.set(word, [...(listed.get(word) ?? []), language]);
}

/** `languages(text)` of docs/search.md: the language whose common words stand most often in the text, or else all. */
export const languagesOf = (pieces: readonly Piece[]): Language | 'all' => {
  const counts: Partial<Record<Language, number>> = {};
  for (const piece of pieces) {
    const found = listed.get(piece.text);
    if (found === undefined) continue;
    for (const language of found) counts[language] = (counts[language] ?? 0) + 1;
  }
  let best: Language | 'all' = 'all';
  let highest = 0;
  for (const language of languages) {
    const count = counts[language] ?? 0;
    if (count > highest) best = language;
    else if (count === highest) best = 'all';
    highest = Math.max(highest, count);
  }
  return best;
};
