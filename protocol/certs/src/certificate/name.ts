import { children, type Der, hex, oidOf, TAG } from '../der/der.ts';
import { unreadable } from '../refused.ts';

/** A distinguished name (RFC 5280 §4.1.2.4). */
export interface Name {
  /** Its DER in hex. Names compare as bytes: what differs in spelling differs. */
  readonly bytes: string;
  readonly attributes: readonly Attribute[];
}

export interface Attribute {
  /** An OID in hex. */
  readonly type: string;
  /** Null when it is written in a form older than UTF-8. */
  readonly text: string | null;
  readonly der: Der;
}

const COMMON_NAME = '550403';
const TEXT: readonly number[] = [TAG.utf8String, TAG.printableString, TAG.ia5String];
const OLD_TEXT: readonly number[] = [TAG.numericString, TAG.teletexString, TAG.bmpString];

/** A Name is a SEQUENCE of SETs of { type, value }. @throws CloisterError `certs/unreadable` */
export function readName(der: Der | undefined): Name {
  const sets = children(der, TAG.sequence).map((set) => children(set, TAG.set));
  if (sets.some(({ length }) => length === 0)) throw unreadable();
  return { bytes: hex((der as Der).whole), attributes: sets.flat().map(readAttribute) };
}

function readAttribute(attribute: Der): Attribute {
  const [type, value, ...rest] = children(attribute, TAG.sequence);
  if (value === undefined || rest.length > 0) throw unreadable();
  return { type: oidOf(type), text: textOf(value), der: value };
}

function textOf({ tag, content }: Der): string | null {
  if (TEXT.includes(tag)) return utf8(content);
  if (!OLD_TEXT.includes(tag) || (tag === TAG.bmpString && !isBmp(content))) throw unreadable();
  return null;
}

/** Characters of two octets each, none of them half of one beyond (X.690 §8.23.7). */
const isBmp = (bytes: Uint8Array): boolean =>
  bytes.length % 2 === 0 && bytes.every((byte, at) => at % 2 === 1 || byte < 0xd8 || byte > 0xdf);

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw unreadable();
  }
}

export const commonNames = ({ attributes }: Name): readonly string[] =>
  attributes.flatMap(({ type, text }) => (type === COMMON_NAME && text !== null ? [text] : []));
