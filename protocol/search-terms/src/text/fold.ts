const ascii = /^[\0-\x7f]*$/;
const ignorable = /\p{Default_Ignorable_Code_Point}+/gu;
const accents = /[\u0300-\u036f]+/g;

/*
 * Marks in a row are sorted by normalisation in a time that grows with their square, hours for a hostile file. Ignorable characters
 * count with them, since the row closes where they are removed, and so do the two characters that become marks.
 * https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format has the same bound for the same reason.
 */
const longRow =
  /([\p{M}\p{Default_Ignorable_Code_Point}\uff9e\uff9f]{32})[\p{M}\p{Default_Ignorable_Code_Point}\uff9e\uff9f]+/gu;

/** Whether Unicode's tables have nothing to say on a text beyond lower case. */
export const isAscii = (text: string): boolean => ascii.test(text);

/** `fold(t)` of docs/search.md: what makes `Ｆｕßball` and `fussball` the same. */
export const fold = (text: string): string =>
  isAscii(text)
    ? text.toLowerCase()
    : text
        .replace(longRow, '$1')
        .normalize('NFKC')
        .toLowerCase()
        .replaceAll('ß', 'ss')
        .replaceAll('ς', 'σ')
        .replace(ignorable, '')
        .normalize('NFKC');

/** `plain(t)` of docs/search.md: without accents. Of a plain text it is that text. */
export const plain = (text: string): string =>
  isAscii(text) ? text : text.normalize('NFD').replace(accents, '').normalize('NFC');
