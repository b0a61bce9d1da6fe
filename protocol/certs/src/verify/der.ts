import { refused } from './refused.ts';

/** One value of the Distinguished Encoding Rules (X.690 §8, §10). */
export interface Der {
  readonly tag: number;
  /** The value with its tag and length: what is signed and compared. */
  readonly whole: Uint8Array<ArrayBuffer>;
  readonly content: Uint8Array<ArrayBuffer>;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The one value that the bytes are, with nothing after it. @throws CloisterError `kms/invalid-certificate` */
export function readDer(bytes: Uint8Array<ArrayBuffer>, tag?: number): Der {
  const der = valueAt(bytes, 0);
  if (der.whole.length !== bytes.length) throw unreadable();
  return expectTag(der, tag);
}

/** The values inside a constructed one, in order. */
export function children(parent: Der, tag?: number): readonly Der[] {
  if (tag !== undefined) expectTag(parent, tag);
  const values: Der[] = [];
  for (let at = 0; at < parent.content.length; ) {
    const value = valueAt(parent.content, at);
    values.push(value);
    at += value.whole.length;
  }
  return values;
}

export function expectTag(der: Der | undefined, tag: number | undefined): Der {
  if (der === undefined || (tag !== undefined && der.tag !== tag)) throw unreadable();
  return der;
}

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** A BIT STRING of whole bytes. */
export function bitsOf(der: Der | undefined): Uint8Array<ArrayBuffer> {
  const { content } = expectTag(der, TAG.bitString);
  if (content[0] !== 0) throw unreadable();
  return content.subarray(1);
}

/** A positive INTEGER without its sign byte, minimal as DER demands (X.690 §8.3.2). */
export function unsignedOf(der: Der | undefined): Uint8Array<ArrayBuffer> {
  const { content } = expectTag(der, TAG.integer);
  const [first = 0x80, second = 0] = content;
  if (first >= 0x80 || (first === 0 && content.length > 1 && second < 0x80)) throw unreadable();
  return first === 0 && content.length > 1 ? content.subarray(1) : content;
}

function valueAt(bytes: Uint8Array<ArrayBuffer>, at: number): Der {
  const tag = bytes[at];
  // X.509 needs no tag above 30, and DER no indefinite length (X.690 §10.1).
  if (tag === undefined || (tag & 0x1f) === 0x1f) throw unreadable();
  const { length, start } = lengthAt(bytes, at + 1);
  const end = start + length;
  if (end > bytes.length) throw unreadable();
  return { tag, whole: bytes.subarray(at, end), content: bytes.subarray(start, end) };
}

/** "encoded in the minimum number of octets" (X.690 §10.1). */
function lengthAt(bytes: Uint8Array, at: number): { readonly length: number; readonly start: number } {
  const first = bytes[at];
  if (first === undefined) throw unreadable();
  if (first < 0x80) return { length: first, start: at + 1 };
  const count = first & 0x7f;
  const digits = bytes.subarray(at + 1, at + 1 + count);
  if (count === 0 || count > 3 || digits.length !== count || digits[0] === 0) throw unreadable();
  const length = digits.reduce((sum, digit) => sum * 256 + digit, 0);
  if (length < 0x80) throw unreadable();
  return { length, start: at + 1 + count };
}

export const unreadable = () => refused('a certificate cannot be read');
