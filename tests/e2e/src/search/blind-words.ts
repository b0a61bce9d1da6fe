import { randomInt } from 'node:crypto';
import { analyse } from '@cloister/search-terms';
import type { UserId } from '@cloister/wire';

const consonants = 'bdfghklmnprtvz';
const vowels = 'aeiou';
const pick = (from: string): string => from.charAt(randomInt(from.length));

/** A word that nobody ever wrote, whose stem is another one. */
export const rareWord = (): string =>
  `${Array.from({ length: 6 }, () => pick(consonants) + pick(vowels)).join('')}${pick(consonants)}ing`;

/** Han characters that hardly anybody ever wrote (Extension B), so rare that two of them are found nowhere by chance. */
export const rareHan = (length: number): string =>
  Array.from({ length }, () => String.fromCodePoint(0x20000 + randomInt(0xa6c0))).join('');

/**
 * What an index could give away of a text: its words, their other forms, its neighbouring characters. Single characters are
 * left out, which are found in any memory by chance.
 */
export const termsOf = (text: string): string[] =>
  analyse({ texts: [{ kind: 'message', text }], from: nobody, has: new Set() })
    .terms.filter((term) => !/^(from|has|h|o):/.test(term))
    .map((term) => term.slice(2))
    .filter((term) => Buffer.byteLength(term) > 7);

const nobody = '8a3f4c1e-9d52-4a77-b0b1-0f6f3f6f1a11' as UserId;
