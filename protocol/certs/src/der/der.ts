import { unreadable } from '../refused.ts';

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
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The one value that the bytes are, with nothing after it. @throws CloisterError `certs/unreadable` */
export function readDer(bytes: Uint8Array<ArrayBuffer>, tag?: number): Der {
  const der = valueAt(bytes, 0);
  if (der.whole.length !== bytes.length) throw unreadable();
  return expectTag(der, tag);
}

/** The values inside a constructed one, in order. */
export function children(parent: Der | undefined, tag?: number): readonly Der[] {
  const { content } = expectTag(parent, tag);
  const values: Der[] = [];
  for (let at = 0; at < content.length; ) {
    const value = valueAt(content, at);
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

/** An INTEGER that is not negative, without its sign byte. */
export function unsignedOf(der: Der | undefined): Uint8Array<ArrayBuffer> {
  const content = integerOf(der);
  if ((content[0] ?? 0) >= 0x80) throw unreadable();
  return content[0] === 0 && content.length > 1 ? content.subarray(1) : content;
}

/** The two's complement of an INTEGER, minimal as DER demands (X.690 §8.3.2). */
export function integerOf(der: Der | undefined): Uint8Array<ArrayBuffer> {
  const { content } = expectTag(der, TAG.integer);
  const [first, second] = content;
  const isPadded = second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (first === undefined || isPadded) throw unreadable();
  return content;
}

/** An OBJECT IDENTIFIER in hex, each part in the fewest octets (X.690 §8.19.2). */
export function oidOf(der: Der | undefined): string {
  const { content } = expectTag(der, TAG.oid);
  const isPadded = content.some((byte, at) => byte === 0x80 && (content[at - 1] ?? 0) < 0x80);
  if ((content.at(-1) ?? 0x80) >= 0x80 || isPadded) throw unreadable();
  return hex(content);
}

/** A BOOLEAN where FALSE is the default, so that DER writes only TRUE, as all ones (X.690 §11.1, §11.5). */
export function expectTrue(der: Der | undefined): void {
  if (hex(expectTag(der, TAG.boolean).content) !== 'ff') throw unreadable();
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
