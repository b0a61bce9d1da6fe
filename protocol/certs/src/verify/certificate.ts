import { bitsOf, children, type Der, expectTag, hex, readDer, TAG, unreadable, unsignedOf } from './der.ts';
import { type Extensions, readExtensions } from './extensions.ts';
import { refused } from './refused.ts';
import { readTime } from './time.ts';

/** What path validation asks of a certificate, read once (RFC 5280 §4.1). */
export interface Certificate extends Extensions {
  /** The signed part, the algorithm it was signed with (an OID in hex) and the signature. */
  readonly signed: Uint8Array<ArrayBuffer>;
  readonly algorithm: string;
  readonly signature: Uint8Array<ArrayBuffer>;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Der;
  /** Names compare as bytes. */
  readonly subject: string;
  readonly subjectName: Der;
  readonly issuer: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

const EMPTY_NAME = '3000';
const MAX_SERIAL = 20;

/** @throws CloisterError `kms/invalid-certificate` for what is no certificate or uses what we cannot check */
export function readCertificate(der: Uint8Array<ArrayBuffer>): Certificate {
  const [tbs, algorithm, signature] = exactly(3, children(readDer(der, TAG.sequence)));
  const [version, serial, inner, issuer, validity, subject, publicKey, ...rest] = children(tbs as Der, TAG.sequence);
  // Version 3 (INTEGER 2 in [0]): older ones cannot say whether they are an authority.
  if (version?.tag !== 0xa0 || hex(version.content) !== '020102') throw refused('a certificate is not of version 3');
  checkSerial(serial);
  // RFC 5280 §4.1.1.2: the field "MUST contain the same algorithm identifier".
  if (hex(expectTag(inner, TAG.sequence).whole) !== hex((algorithm as Der).whole)) throw unreadable();
  const [notBefore, notAfter] = exactly(2, children(expectTag(validity, TAG.sequence)));
  const extensions = readExtensions(extensionsIn(rest));
  const names = { subject: nameOf(subject), issuer: nameOf(issuer) };
  if (names.issuer === EMPTY_NAME) throw refused('a certificate names no issuer');
  if (names.subject === EMPTY_NAME && (extensions.isCa || !extensions.isNameCritical)) {
    throw refused('a certificate names no subject');
  }
  return {
    ...extensions,
    ...names,
    signed: (tbs as Der).whole,
    algorithm: hex(expectTag(children(algorithm as Der, TAG.sequence)[0], TAG.oid).content),
    signature: bitsOf(signature),
    publicKey: expectTag(publicKey, TAG.sequence),
    subjectName: subject as Der,
    notBefore: readTime(notBefore as Der),
    notAfter: readTime(notAfter as Der),
  };
}

/** RFC 5280 §4.1.2.2: positive, at most 20 octets. */
function checkSerial(serial: Der | undefined): void {
  const value = unsignedOf(serial);
  if ((serial?.content.length ?? 0) > MAX_SERIAL || value.every((byte) => byte === 0)) {
    throw refused('a certificate has no proper serial number');
  }
}

const nameOf = (name: Der | undefined): string => hex(expectTag(name, TAG.sequence).whole);

/** After the key come optional unique ids, [1] and [2], which nobody uses, and the extensions in [3]. */
function extensionsIn(rest: readonly Der[]): Der {
  const [only, ...more] = rest;
  if (more.length > 0) throw unreadable();
  return readDer(expectTag(only, 0xa3).content, TAG.sequence);
}

function exactly(count: number, values: readonly Der[]): readonly Der[] {
  if (values.length !== count) throw unreadable();
  return values;
}
