import { readDer, TAG } from '../../der/der.ts';
import { unreadable } from '../../refused.ts';

/** What a key is for, in the order of the bits (RFC 5280 §4.2.1.3). */
const USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

export type KeyUsage = (typeof USAGES)[number];

/** A named bit list: DER writes no zero bits at its end (X.690 §11.2.2). One without any bit allows nothing. */
export function readKeyUsage(value: Uint8Array<ArrayBuffer>): readonly KeyUsage[] {
  const [unused, ...bytes] = readDer(value, TAG.bitString).content;
  const last = bytes.at(-1);
  // -1 for a last octet of zeros, which no count of unused bits equals.
  const zerosAtEnd = last === undefined ? 0 : 31 - Math.clz32(last & -last);
  if (bytes.length > 2 || unused !== zerosAtEnd) throw unreadable();
  return USAGES.filter((_, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}
