/** DER, and what looks like it: nothing stops a test from writing what no encoder would. */
export type Bytes = Uint8Array<ArrayBuffer>;

export const bytes = (...parts: readonly (Uint8Array | readonly number[])[]): Bytes =>
  Uint8Array.from(Buffer.concat(parts.map((part) => Uint8Array.from(part))));

export function tlv(tag: number, ...parts: readonly Uint8Array[]): Bytes {
  const content = bytes(...parts);
  return bytes([tag], lengthOf(content.length), content);
}

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const digits = [...Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, '0'), 'hex')];
  return [0x80 | digits.length, ...digits];
}

/** What a value holds, without its tag and length. */
export const contentOf = (der: Bytes): Bytes => der.subarray((der[1] ?? 0) < 0x80 ? 2 : 2 + ((der[1] ?? 0) & 0x7f));

const ascii = (text: string): Bytes => Uint8Array.from(Buffer.from(text, 'latin1'));

export const sequence = (...parts: readonly Uint8Array[]): Bytes => tlv(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]): Bytes => tlv(0x31, ...parts);
export const octets = (...parts: readonly Uint8Array[]): Bytes => tlv(0x04, ...parts);
export const integer = (...value: readonly number[]): Bytes => tlv(0x02, Uint8Array.from(value));
export const boolean = (value: number): Bytes => tlv(0x01, Uint8Array.of(value));
export const bits = (unused: number, ...parts: readonly Uint8Array[]): Bytes =>
  tlv(0x03, Uint8Array.of(unused), ...parts);
export const utf8 = (text: string): Bytes => tlv(0x0c, Uint8Array.from(Buffer.from(text)));
export const printable = (text: string): Bytes => tlv(0x13, ascii(text));
export const teletex = (text: string): Bytes => tlv(0x14, ascii(text));
export const ia5 = (text: string): Bytes => tlv(0x16, ascii(text));
export const bmp = (text: string): Bytes => tlv(0x1e, Uint8Array.from(Buffer.from(text, 'utf16le').swap16()));
export const utcTime = (text: string): Bytes => tlv(0x17, ascii(text));
export const generalizedTime = (text: string): Bytes => tlv(0x18, ascii(text));
export const NULL = tlv(0x05);

export function oid(dotted: string): Bytes {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tlv(0x06, ...[first * 40 + second, ...rest].map(base128));
}

function base128(value: number): Bytes {
  const digits = [value & 0x7f];
  for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
  return Uint8Array.from(digits);
}
