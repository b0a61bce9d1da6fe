import { bitsOf, children, type Der, expectTag, hex, oidOf, readDer, TAG, unsignedOf } from '../der/der.ts';
import { unreadable } from '../refused.ts';

/** A SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) of a kind the profile knows, or of another. */
export interface PublicKey {
  readonly spki: Uint8Array<ArrayBuffer>;
  readonly kind: 'P-256' | 'P-384' | 'RSA' | 'other';
  readonly rsa: RsaNumbers | null;
}

export interface RsaNumbers {
  readonly n: Uint8Array<ArrayBuffer>;
  readonly e: Uint8Array<ArrayBuffer>;
}

const RSA = '2a864886f70d010101';
const EC = '2a8648ce3d0201';
const CURVES: Readonly<Record<string, { readonly kind: 'P-256' | 'P-384'; readonly bytes: number }>> = {
  '2a8648ce3d030107': { kind: 'P-256', bytes: 32 },
  '2b81040022': { kind: 'P-384', bytes: 48 },
};
const UNCOMPRESSED = 0x04;

/** @throws CloisterError `certs/unreadable` for a key of a known kind in another form than its specification's */
export function readPublicKey(der: Der | undefined): PublicKey {
  const [algorithm, bits, ...rest] = children(der, TAG.sequence);
  const [id, parameters, ...more] = children(algorithm, TAG.sequence);
  if (rest.length + more.length > 0) throw unreadable();
  const key = bitsOf(bits);
  const base = { spki: (der as Der).whole, kind: 'other', rsa: null } as const;
  const oid = oidOf(id);
  if (oid === RSA) return { ...base, kind: 'RSA', rsa: readRsa(parameters, key) };
  // RFC 5480 §2.1.1: certificates here name their curve; "implicitCurve and specifiedCurve MUST NOT be used".
  const curve = oid === EC && parameters?.tag === TAG.oid ? CURVES[oidOf(parameters)] : undefined;
  if (curve === undefined) return base;
  // RFC 5480 §2.2: "MUST support the uncompressed form"; the compressed one browsers do not read.
  const isPoint = key[0] === UNCOMPRESSED && key.length === 1 + 2 * curve.bytes;
  return isPoint ? { ...base, kind: curve.kind } : base;
}

/** RFC 3279 §2.3.1: the parameters are NULL, the key is the SEQUENCE of modulus and exponent. */
function readRsa(parameters: Der | undefined, key: Uint8Array<ArrayBuffer>): RsaNumbers {
  if (hex(expectTag(parameters, TAG.null).whole) !== '0500') throw unreadable();
  const [n, e, ...rest] = children(readDer(key, TAG.sequence)).map(unsignedOf);
  if (n === undefined || e === undefined || rest.length > 0) throw unreadable();
  return { n, e };
}

/** How long an RSA modulus is, in bits. */
export const bitLength = (number: Uint8Array): number => number.length * 8 - (Math.clz32(number[0] ?? 0) - 24);
