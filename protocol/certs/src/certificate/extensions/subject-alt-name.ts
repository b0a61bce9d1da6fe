import { children, type Der, oidOf, readDer, TAG } from '../../der/der.ts';
import { unreadable } from '../../refused.ts';
import { readName } from '../name.ts';

/** The choices of GeneralName in use (RFC 5280 §4.2.1.6), by their tag. */
const OTHER_NAME = 0xa0;
const MAIL = 0x81;
const DNS = 0x82;
const DIRECTORY_NAME = 0xa4;
const URI = 0x86;
const IP_ADDRESS = 0x87;
const REGISTERED_ID = 0x88;

/** The DNS names among the names, all of which must be well formed. */
export function readDnsNames(value: Uint8Array<ArrayBuffer>): readonly string[] {
  const names = children(readDer(value, TAG.sequence));
  // "conforming CAs … MUST NOT" write an empty one.
  if (names.length === 0) throw unreadable();
  for (const name of names) expectGeneralName(name);
  return names.filter(({ tag }) => tag === DNS).map(({ content }) => String.fromCharCode(...content));
}

function expectGeneralName(name: Der): void {
  const { tag, content } = name;
  if (tag === MAIL || tag === DNS || tag === URI) expectIa5(content);
  else if (tag === DIRECTORY_NAME) readName(readDer(content));
  else if (tag === REGISTERED_ID) oidOf({ ...name, tag: TAG.oid });
  else if (tag === OTHER_NAME) expectOtherName(name);
  else if (tag !== IP_ADDRESS || (content.length !== 4 && content.length !== 16)) throw unreadable();
}

function expectOtherName(name: Der): void {
  const [type, value, ...rest] = children(name);
  oidOf(type);
  if (value?.tag !== 0xa0 || rest.length > 0) throw unreadable();
  readDer(value.content);
}

function expectIa5(bytes: Uint8Array): void {
  if (bytes.length === 0 || bytes.some((byte) => byte >= 0x80)) throw unreadable();
}
