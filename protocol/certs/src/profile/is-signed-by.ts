import type { Certificate } from '../certificate/certificate.ts';
import type { PublicKey } from '../certificate/public-key.ts';
import type { SignatureAlgorithm } from '../certificate/signature-algorithm.ts';
import { children, readDer, TAG, unsignedOf } from '../der/der.ts';

const BYTES = { 'P-256': 32, 'P-384': 48 } as const;

/** Whether the key signed the certificate. Anything odd about either is a no. */
export async function isSignedBy({ algorithm, signature, signed }: Certificate, key: PublicKey): Promise<boolean> {
  if (algorithm === null || key.kind === 'other' || (key.kind === 'RSA') !== (algorithm.key === 'RSA')) return false;
  try {
    const imported = await importPublicKey(key, algorithm.hash);
    if (key.kind === 'RSA') return await crypto.subtle.verify('RSASSA-PKCS1-v1_5', imported, signature, signed);
    const plain = plainSignature(signature, BYTES[key.kind]);
    const params = { name: 'ECDSA', hash: algorithm.hash };
    return plain !== null && (await crypto.subtle.verify(params, imported, plain, signed));
  } catch {
    return false;
  }
}

/** Whether the key is one at all: a point that lies on its curve, a modulus that can be used. */
export const isUsable = (key: PublicKey): Promise<boolean> =>
  importPublicKey(key, 'SHA-256').then(
    () => true,
    () => false,
  );

function importPublicKey({ kind, spki }: PublicKey, hash: SignatureAlgorithm['hash']): Promise<CryptoKey> {
  const params = kind === 'RSA' ? { name: 'RSASSA-PKCS1-v1_5', hash } : { name: 'ECDSA', namedCurve: kind };
  return crypto.subtle.importKey('spki', spki, params, false, ['verify']);
}

/** WebCrypto wants r and s side by side, each as long as the curve's order; X.509 has a SEQUENCE (RFC 3279 §2.2.3). */
function plainSignature(signature: Uint8Array<ArrayBuffer>, bytes: number): Uint8Array<ArrayBuffer> | null {
  const [r, s, ...rest] = children(readDer(signature, TAG.sequence)).map(unsignedOf);
  if (r === undefined || s === undefined || rest.length > 0 || r.length > bytes || s.length > bytes) return null;
  const plain = new Uint8Array(bytes * 2);
  plain.set(r, bytes - r.length);
  plain.set(s, bytes * 2 - s.length);
  return plain;
}
