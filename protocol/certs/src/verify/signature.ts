import type { Certificate } from './certificate.ts';
import { bitsOf, children, type Der, expectTag, hex, readDer, TAG, unsignedOf } from './der.ts';
import { refused } from './refused.ts';

const RSA = '2a864886f70d010101';
const EC = '2a8648ce3d0201';
const CURVES: Readonly<Record<string, { readonly namedCurve: string; readonly bytes: number }>> = {
  '2a8648ce3d030107': { namedCurve: 'P-256', bytes: 32 },
  '2b81040022': { namedCurve: 'P-384', bytes: 48 },
  '2b81040023': { namedCurve: 'P-521', bytes: 66 },
};

/** Signature algorithms still trusted, by OID: the key they need and the hash. SHA-1 and MD5 are not here. */
const ALGORITHMS: Readonly<Record<string, { readonly key: string; readonly hash: string }>> = {
  '2a864886f70d01010b': { key: RSA, hash: 'SHA-256' },
  '2a864886f70d01010c': { key: RSA, hash: 'SHA-384' },
  '2a864886f70d01010d': { key: RSA, hash: 'SHA-512' },
  '2a8648ce3d040302': { key: EC, hash: 'SHA-256' },
  '2a8648ce3d040303': { key: EC, hash: 'SHA-384' },
  '2a8648ce3d040304': { key: EC, hash: 'SHA-512' },
};
const MIN_RSA_BYTES = 2048 / 8;

/** Whether the issuer's key signed the certificate. Anything odd about either is a no. */
export async function isSignedBy(certificate: Certificate, issuer: Certificate): Promise<boolean> {
  const algorithm = ALGORITHMS[certificate.algorithm];
  if (algorithm === undefined) return false;
  try {
    const { kind, curve } = keyKind(issuer.publicKey);
    if (kind !== algorithm.key) return false;
    if (kind === RSA) return await verifyRsa(certificate, issuer.publicKey, algorithm.hash);
    const params = CURVES[curve];
    return params !== undefined && (await verifyEc(certificate, issuer.publicKey, algorithm.hash, params));
  } catch {
    return false;
  }
}

async function verifyRsa({ signature, signed }: Certificate, key: Der, hash: string): Promise<boolean> {
  const { n } = rsaPublicKey(key);
  if (n.length < MIN_RSA_BYTES) return false;
  const params = { name: 'RSASSA-PKCS1-v1_5', hash };
  const imported = await crypto.subtle.importKey('spki', key.whole, params, false, ['verify']);
  return crypto.subtle.verify(params, imported, signature, signed);
}

async function verifyEc(
  { signature, signed }: Certificate,
  key: Der,
  hash: string,
  { namedCurve, bytes }: { readonly namedCurve: string; readonly bytes: number },
): Promise<boolean> {
  const imported = await crypto.subtle.importKey('spki', key.whole, { name: 'ECDSA', namedCurve }, false, ['verify']);
  const [r, s, ...rest] = children(readDer(signature, TAG.sequence)).map(unsignedOf);
  if (r === undefined || s === undefined || rest.length > 0 || r.length > bytes || s.length > bytes) return false;
  // WebCrypto wants r and s side by side, each as long as the curve's order.
  const plain = new Uint8Array(bytes * 2);
  plain.set(r, bytes - r.length);
  plain.set(s, bytes * 2 - s.length);
  return crypto.subtle.verify({ name: 'ECDSA', hash }, imported, plain, signed);
}

/** The algorithm of a SubjectPublicKeyInfo and, for an elliptic curve, which. */
function keyKind(publicKey: Der): { readonly kind: string; readonly curve: string } {
  const [algorithm] = children(publicKey);
  const [id, parameters] = children(expectTag(algorithm, TAG.sequence));
  const curve = parameters?.tag === TAG.oid ? hex(parameters.content) : '';
  return { kind: hex(expectTag(id, TAG.oid).content), curve };
}

/** The numbers of an RSA key (RFC 8017 §A.1.1). @throws CloisterError `kms/invalid-certificate` for another kind */
export function rsaPublicKey(publicKey: Der): { readonly n: Uint8Array; readonly e: Uint8Array } {
  if (keyKind(publicKey).kind !== RSA) throw refused("the certificate's key is not RSA");
  const [, bits] = children(publicKey);
  const [n, e] = children(readDer(bitsOf(bits), TAG.sequence)).map(unsignedOf);
  if (n === undefined || e === undefined) throw refused("the certificate's key is not RSA");
  return { n, e };
}
