const unspaced = '[\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}]';
const lineEnd = new RegExp(`(?<=${unspaced})\\n(?=${unspaced})`, 'gu');

/**
 * A page's lines end wherever the page does. Chinese and Japanese have no spaces that would tell a word's end from a
 * line's, so lines that run on in them are one: else a word that is broken over two would not be found.
 */
export const joinLines = (text: string): string => text.replace(lineEnd, '');
