/** "NFKC; default lower case (of no locale); `ß` → `ss`, `ς` → `σ`; all Default_Ignorable_Code_Point removed; NFKC again." */
export const fold = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ς', 'σ')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFKC');

/** "NFD; U+0300 to U+036F removed; NFC." */
export const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/gu, '')
    .normalize('NFC');
