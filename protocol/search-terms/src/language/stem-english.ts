/*
 * The English stemmer of Snowball 2.2.0 ("Porter2"), for lower-case words of at least two letters.
 * https://snowballstem.org/algorithms/english/stemmer.html
 */

const exceptions = new Map([
  ['skis', 'ski'],
  ['skies', 'sky'],
  ['dying', 'die'],
  ['lying', 'lie'],
  ['tying', 'tie'],
  ['idly', 'idl'],
  ['gently', 'gentl'],
  ['ugly', 'ugli'],
  ['early', 'earli'],
  ['only', 'onli'],
  ['singly', 'singl'],
  ...['sky', 'news', 'howe', 'atlas', 'cosmos', 'bias', 'andes'].map((word): [string, string] => [word, word]),
]);

/** Left alone once their plural is gone. */
const afterPlural = /^(?:inn|out|cann|herr|earr)ing$|^(?:proc|exc|succ)eed$/;

const step2 = new Map(
  Object.entries({
    tional: 'tion',
    enci: 'ence',
    anci: 'ance',
    abli: 'able',
    entli: 'ent',
    izer: 'ize',
    ization: 'ize',
    ational: 'ate',
    ation: 'ate',
    ator: 'ate',
    alism: 'al',
    aliti: 'al',
    alli: 'al',
    fulness: 'ful',
    ousli: 'ous',
    ousness: 'ous',
    iveness: 'ive',
    iviti: 'ive',
    biliti: 'ble',
    bli: 'ble',
    ogi: 'og',
    fulli: 'ful',
    lessli: 'less',
    li: '',
  }),
);

const step3 = new Map(
  Object.entries({
    tional: 'tion',
    ational: 'ate',
    alize: 'al',
    icate: 'ic',
    iciti: 'ic',
    ical: 'ic',
    ful: '',
    ness: '',
    ative: '',
  }),
);

const step4 = new Set('al ance ence er ic able ible ant ement ment ent ism ate iti ous ive ize ion'.split(' '));

const vowel = /[aeiouy]/;
/** A short syllable at the end; a `Y` is a consonant. */
const shortSyllable = /[^aeiouy][aeiouy][^aeiouywxY]$|^[aeiouy][^aeiouy]$/;
const region = /[aeiouy][^aeiouy]/g;
const firstRegion = /^(?:gener|commun|arsen)/;

/** Where the region after the first consonant behind a vowel, searched from `from`, begins. */
const regionAfter = (word: string, from: number): number => {
  region.lastIndex = from;
  return region.test(word) ? region.lastIndex : word.length;
};

/** The longest suffix of at most seven letters that is in a table. */
const suffix = (word: string, table: { has(key: string): boolean }): string | undefined => {
  for (let length = Math.min(7, word.length); length > 1; length -= 1) {
    const end = word.slice(-length);
    if (table.has(end)) return end;
  }
  return undefined;
};

/** Steps 1a, 1b and 1c: plurals, `-ed`, `-ing`, and a `y` at the end. */
const withoutPlural = (word: string): string => {
  if (word.endsWith('sses')) return word.slice(0, -2);
  if (word.endsWith('ied') || word.endsWith('ies')) return word.slice(0, word.length > 4 ? -2 : -1);
  if (word.endsWith('s') && !/(?:us|ss)$/.test(word) && vowel.test(word.slice(0, -2))) return word.slice(0, -1);
  return word;
};

const withoutPast = (word: string, r1: number): string => {
  const end = /(?:eedly|eed|ingly|edly|ing|ed)$/.exec(word)?.[0];
  if (end === undefined) return word;
  const rest = word.slice(0, -end.length);
  if (end.startsWith('ee')) return rest.length >= r1 ? `${rest}ee` : word;
  if (!vowel.test(rest)) return word;
  if (/(?:at|bl|iz)$/.test(rest)) return `${rest}e`;
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(rest)) return rest.slice(0, -1);
  return rest.length === r1 && shortSyllable.test(rest) ? `${rest}e` : rest;
};

const withSuffix = (word: string, r1: number): string => {
  const end = suffix(word, step2);
  const rest = end === undefined ? word : word.slice(0, -end.length);
  if (end === undefined || rest.length < r1) return word;
  if (end === 'ogi' && !rest.endsWith('l')) return word;
  if (end === 'li' && !/[cdeghkmnrt]$/.test(rest)) return word;
  return rest + step2.get(end);
};

const withoutSuffix = (word: string, r1: number, r2: number): string => {
  const end = suffix(word, step3);
  const rest = end === undefined ? word : word.slice(0, -end.length);
  if (end === undefined || rest.length < r1 || (end === 'ative' && rest.length < r2)) return word;
  return rest + step3.get(end);
};

const withoutEnding = (word: string, r2: number): string => {
  const end = suffix(word, step4);
  const rest = end === undefined ? word : word.slice(0, -end.length);
  if (end === undefined || rest.length < r2 || (end === 'ion' && !/[st]$/.test(rest))) return word;
  return rest;
};

const withoutFinal = (word: string, r1: number, r2: number): string => {
  const rest = word.slice(0, -1);
  if (word.endsWith('e')) {
    return rest.length >= r2 || (rest.length >= r1 && !shortSyllable.test(rest)) ? rest : word;
  }
  return word.endsWith('ll') && rest.length >= r2 ? rest : word;
};

/** The stem of a folded English word. */
export const stemEnglish = (word: string): string => {
  const exception = exceptions.get(word);
  if (exception !== undefined) return exception;
  if (word.length <= 2) return word;
  // A y that is a consonant is a Y until the end.
  let stem = word.includes('y') ? word.replace(/^y/, 'Y').replace(/([aeiouy])y/g, '$1Y') : word;
  const r1 = firstRegion.exec(stem)?.[0].length ?? regionAfter(stem, 0);
  const r2 = regionAfter(stem, r1);
  stem = withoutPlural(stem);
  if (!afterPlural.test(stem)) {
    stem = withoutPast(stem, r1);
    stem = stem.replace(/(?<=.[^aeiouy])[yY]$/, 'i');
    stem = withSuffix(stem, r1);
    stem = withoutSuffix(stem, r1, r2);
    stem = withoutEnding(stem, r2);
    stem = withoutFinal(stem, r1, r2);
  }
  return stem.replaceAll('Y', 'y');
};
