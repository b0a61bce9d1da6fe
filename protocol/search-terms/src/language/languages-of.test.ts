import { expect, it } from 'vitest';
import { fold } from '../text/fold.ts';
import { pieces } from '../text/pieces.ts';
import { languagesOf } from './languages-of.ts';
import { languages, wordLists } from './word-lists.ts';

const of = (text: string) => languagesOf(pieces(fold(text)));

it.each([
  ['The rain and the sun', 'english'],
  ['Wir sind für die Katz', 'german'],
  ['FU\u0308R uns', 'german'],
  ['Les nuits sur la plage', 'french'],
  ['El niño y los otros', 'spanish'],
  ['gli amici che sono', 'italian'],
  ['não sei mais', 'portuguese'],
  ['het huis van ons', 'dutch'],
  ['это не книга', 'russian'],
  ['rain', 'all'],
  ['', 'all'],
  // One each.
  ['the der', 'all'],
  // Counted as often as they stand there.
  ['the der the', 'english'],
  // Of German and Dutch alike: "die" leaves it to German.
  ['die', 'german'],
  ['den von met van', 'all'],
] as const)('%s is %s', (text, language) => {
  expect(of(text)).toBe(language);
});

it('lists folded words, each language its own', () => {
  for (const language of languages) {
    const words = wordLists[language].split(' ');
    expect(words.map(fold)).toEqual(words);
    expect(new Set(words).size).toBe(words.length);
    expect(of(wordLists[language])).toBe(language);
  }
});
