import { children, readDer, TAG } from '../../der/der.ts';
import { unreadable } from '../../refused.ts';

/** The choices of GeneralName, [0] to [8], by their tag (RFC 5280 §4.2.1.6). */
const GENERAL_NAMES: readonly number[] = [0xa0, 0x81, 0x82, 0xa3, 0xa4, 0xa5, 0x86, 0x87, 0x88];
const DNS_NAME = 0x82;

export function readDnsNames(value: Uint8Array<ArrayBuffer>): readonly string[] {
  const names = children(readDer(value, TAG.sequence));
  // "conforming CAs … MUST NOT" write an empty one.
  if (names.length === 0 || names.some(({ tag }) => !GENERAL_NAMES.includes(tag))) throw unreadable();
  return names.filter(({ tag }) => tag === DNS_NAME).map(({ content }) => ia5(content));
}

function ia5(bytes: Uint8Array): string {
  if (bytes.length === 0 || bytes.some((byte) => byte >= 0x80)) throw unreadable();
  return String.fromCharCode(...bytes);
}
