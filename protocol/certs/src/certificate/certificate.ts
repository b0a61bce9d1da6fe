import { bitsOf, children, type Der, expectTag, hex, integerOf, readDer, TAG } from '../der/der.ts';
import { readTime } from '../der/time.ts';
import { refused, unreadable } from '../refused.ts';
import { type Extensions, readExtensions } from './extensions/read-extensions.ts';
import { type Name, readName } from './name.ts';
import { type PublicKey, readPublicKey } from './public-key.ts';
import { readSignatureAlgorithm, type SignatureAlgorithm } from './signature-algorithm.ts';

/** An X.509 certificate of version 3, read once by its form (RFC 5280 §4.1); nothing in it is proven. */
export interface Certificate extends Extensions {
  readonly der: Uint8Array<ArrayBuffer>;
  /** The signed part, how it was signed, and the signature. */
  readonly signed: Uint8Array<ArrayBuffer>;
  readonly algorithm: SignatureAlgorithm | null;
  readonly signature: Uint8Array<ArrayBuffer>;
  /** The INTEGER's octets. */
  readonly serialNumber: Uint8Array<ArrayBuffer>;
  readonly issuer: Name;
  readonly subject: Name;
  /** Both inclusive, in milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: PublicKey;
}

/** More than any server's certificate needs; bounds the work that a hostile one causes. */
const MAX_BYTES = 16 * 1024;

/** @throws CloisterError `certs/unreadable` for anything but one certificate of version 3 in strict DER */
export function readCertificate(bytes: Uint8Array): Certificate {
  if (bytes.length > MAX_BYTES) throw refused('certs/unreadable', 'a certificate is too large');
  const der = Uint8Array.from(bytes);
  const [tbs, outer, signature] = exactly(3, children(readDer(der, TAG.sequence)));
  const [version, serial, inner, issuer, validity, subject, publicKey, ...rest] = children(tbs, TAG.sequence);
  // INTEGER 2 in [0] is version 3: older ones cannot say whether they are an authority.
  if (version?.tag !== 0xa0 || hex(version.content) !== '020102') {
    throw refused('certs/unreadable', 'a certificate is not of version 3');
  }
  // RFC 5280 §4.1.1.2: the field "MUST contain the same algorithm identifier".
  if (hex(expectTag(inner, TAG.sequence).whole) !== hex((outer as Der).whole)) throw unreadable();
  const [notBefore, notAfter] = exactly(2, children(validity, TAG.sequence));
  return {
    ...readExtensions(extensionsIn(rest)),
    der,
    signed: (tbs as Der).whole,
    algorithm: readSignatureAlgorithm(outer),
    signature: bitsOf(signature),
    serialNumber: integerOf(serial),
    issuer: readName(issuer),
    subject: readName(subject),
    notBefore: readTime(notBefore as Der),
    notAfter: readTime(notAfter as Der),
    publicKey: readPublicKey(publicKey),
  };
}

/** After the key come the extensions in [3]; before them could stand unique ids, which "MUST NOT" be made (§4.1.2.8). */
function extensionsIn(rest: readonly Der[]): readonly Der[] {
  const [only] = exactly(1, rest);
  const list = children(readDer(expectTag(only, 0xa3).content, TAG.sequence));
  if (list.length === 0) throw unreadable();
  return list;
}

function exactly(count: number, values: readonly Der[]): readonly Der[] {
  if (values.length !== count) throw unreadable();
  return values;
}
