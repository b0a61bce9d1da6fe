/** "In every row of more than 32 characters that are marks, `Default_Ignorable_Code_Point`, U+FF9E or U+FF9F the first 32 are kept." */
const longRow =
  /([\p{M}\p{Default_Ignorable_Code_Point}\uff9e\uff9f]{32})[\p{M}\p{Default_Ignorable_Code_Point}\uff9e\uff9f]+/gu;

/** Then: "NFKC; default lower case (of no locale); `ß` → `ss`, `ς` → `σ`; all Default_Ignorable_Code_Point removed; NFKC again." */
export const fold = (text: string): string =>
  text
    .replaceAll(longRow, '$1')
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
