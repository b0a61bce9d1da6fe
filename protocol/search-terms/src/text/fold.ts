const ascii = /^[\0-\x7f]*$/;
const ignorable = /\p{Default_Ignorable_Code_Point}+/gu;
const accents = /[\u0300-\u036f]+/g;

/** Whether Unicode's tables have nothing to say on a text beyond lower case. */
export const isAscii = (text: string): boolean => ascii.test(text);

/** `fold(t)` of docs/search.md: what makes `Ｆｕßball` and `fussball` the same. */
export const fold = (text: string): string =>
  isAscii(text)
    ? text.toLowerCase()
    : text
        .normalize('NFKC')
        .toLowerCase()
        .replaceAll('ß', 'ss')
        .replaceAll('ς', 'σ')
        .replace(ignorable, '')
        .normalize('NFKC');

/** `plain(t)` of docs/search.md: without accents. Of a plain text it is that text. */
export const plain = (text: string): string =>
  isAscii(text) ? text : text.normalize('NFD').replace(accents, '').normalize('NFC');
