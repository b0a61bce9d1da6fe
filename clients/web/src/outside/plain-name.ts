const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Nko}\p{Script=Syriac}\p{Script=Thaana}]/u;
const [isolate, endOfIsolate] = ['\u2068', '\u2069'];

/**
 * A name that strangers gave themselves, as one line of plain text: without characters that are not seen or that move
 * others about, so that what stands beside it, their organisation, stands beside it on screen too.
 */
export function plainName(name: string): string {
  const plain = name
    .replaceAll(/[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\s]+/gu, ' ')
    // Format characters hide or reorder text; the two that join letters are needed to write some languages and emoji.
    .replaceAll(/(?![\u200c\u200d])\p{Cf}/gu, '')
    .trim();
  return rightToLeft.test(plain) ? isolate + plain + endOfIsolate : plain;
}
