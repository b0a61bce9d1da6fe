import { plain } from '../text/fold.ts';
import { stem } from './stem.ts';
import { type Language, languages } from './word-lists.ts';

/** What is known of a word in a text of some language. */
export interface WordForms {
  /** `forms(w)` of docs/search.md. */
  readonly forms: readonly string[];
  /** Its terms: `w:` the word itself, `n:` each form that is another text. */
  readonly terms: readonly string[];
}

/** Words kept of each language: enough for the vocabulary of most rooms, and a bound on memory. */
const keptWords = 16_384;

const kept = new Map<Language | 'all', Map<string, WordForms>>();

/** The forms of a folded word in a text of `language`; those of a word of a query are of `'all'`. */
export const wordForms = (word: string, language: Language | 'all'): WordForms => {
  const words = keptOf(language);
  const known = words.get(word);
  if (known !== undefined) return known;
  if (words.size >= keptWords) words.clear();
  const own = copy(word);
  const made = makeForms(own, language === 'all' ? languages : [language]);
  words.set(own, made);
  return made;
};

const keptOf = (language: Language | 'all'): Map<string, WordForms> => {
  const known = kept.get(language);
  if (known !== undefined) return known;
  const made = new Map<string, WordForms>();
  kept.set(language, made);
  return made;
};

const makeForms = (word: string, of: readonly Language[]): WordForms => {
  const forms = new Set([plain(word)]);
  for (const language of of) {
    const found = stem(word, language);
    if (found !== undefined) forms.add(plain(found));
  }
  const others = [...forms].filter((form) => form !== word);
  return { forms: [...forms], terms: [`w:${word}`, ...others.map((form) => `n:${form}`)] };
};

/** A word cut out of a text keeps the whole text in memory (engines share the characters); this one does not. */
const copy = (word: string): string => word.split('').join('');
