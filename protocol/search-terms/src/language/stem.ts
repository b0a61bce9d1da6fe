import { stemmer as dutch } from '@orama/stemmers/dutch';
import { stemmer as french } from '@orama/stemmers/french';
import { stemmer as german } from '@orama/stemmers/german';
import { stemmer as italian } from '@orama/stemmers/italian';
import { stemmer as portuguese } from '@orama/stemmers/portuguese';
import { stemmer as russian } from '@orama/stemmers/russian';
import { stemmer as spanish } from '@orama/stemmers/spanish';
import { stemEnglish } from './stem-english.ts';
import type { Language } from './word-lists.ts';

const stemmers: Readonly<Record<Language, (word: string) => string>> = {
  english: stemEnglish,
  french,
  german,
  spanish,
  italian,
  portuguese,
  dutch,
  russian,
};

const latin = /^\p{Script=Latin}[\p{Script=Latin}\p{M}]+$/u;
const cyrillic = /^\p{Script=Cyrillic}[\p{Script=Cyrillic}\p{M}]+$/u;
const beyondBasicPlane = /[\u{10000}-\u{10ffff}]/u;

/** The stem of a folded word in a language, or undefined where it has none there. */
export const stem = (word: string, language: Language): string | undefined => {
  const script = language === 'russian' ? cyrillic : latin;
  return script.test(word) && !beyondBasicPlane.test(word) ? stemmers[language](word) : undefined;
};
