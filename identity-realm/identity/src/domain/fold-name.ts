// Combining marks of Latin, Greek and Cyrillic. The kana voicing marks (U+3099) are letters' parts: ば is not は.
const accents = /[\u0300-\u036f]/g;

// Katakana to hiragana, so that ｻﾄｳ, サトウ and さとう find each other.
const katakana = /[\u30a1-\u30f6]/g;

/** A name or a query without the differences that people do not mean: width, case, accents, kana kind, spacing. */
export const foldName = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKD')
    .replace(accents, '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(katakana, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) - 0x60))
    .replace(/[\s\u30fb·]+/gu, ' ')
    .trim();
