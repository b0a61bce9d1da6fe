import { base64url, isKmsHost, type KmsHost } from '@cloister/wire';
import { invalidKey } from './invalid-key.ts';

/** A key server's published JWK by its form; nothing in it is proven. */
export interface KmsJwk {
  readonly kid: string;
  readonly host: KmsHost;
  readonly n: string;
  readonly e: string;
  /** DER. What follows it in `x5c` is for clients that others wrote. */
  readonly certificate: Uint8Array<ArrayBuffer>;
}

const MAX_CERTIFICATES = 8;
const MAX_CERTIFICATE = 16 * 1024;
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** The rules of kms.md §1.3 that need no certificate. @throws CloisterError `kms/invalid-certificate` */
export function parseKmsJwk(jwk: unknown): KmsJwk {
  if (typeof jwk !== 'object' || jwk === null) throw invalidKey('the key is no JSON object');
  const { kty, kid, n, e, x5c } = jwk as Record<string, unknown>;
  if (kty !== 'RSA') throw invalidKey("'kty' must be 'RSA'");
  // One key decrypts and signs (kms.md §0.3): a JWK that limits itself to one use breaks published clients.
  if ('use' in jwk || 'alg' in jwk || 'key_ops' in jwk)
    throw invalidKey("the key must carry no 'use', 'alg' or 'key_ops'");
  if (PRIVATE.some((member) => member in jwk)) throw invalidKey('the key is private');
  const host = hostOfKid(kid);
  if (host === null) throw invalidKey("'kid' must be a 'kms:' address");
  if (!isUnsigned(n) || !isUnsigned(e)) throw invalidKey("'n' and 'e' must be base64url");
  if (!Array.isArray(x5c) || x5c.length === 0) throw invalidKey('the key does not contain a list of certificates');
  if (x5c.length > MAX_CERTIFICATES) throw invalidKey('the list of certificates is too long');
  return { kid: kid as string, host, n, e, certificate: fromBase64(x5c[0]) };
}

/** `kms://host`, with or without a path (kms.md §1.3 last rows). */
function hostOfKid(kid: unknown): KmsHost | null {
  if (typeof kid !== 'string' || kid.length > 512 || !kid.startsWith('kms://')) return null;
  const host = kid.slice('kms://'.length).split('/', 1)[0];
  return isKmsHost(host) ? host : null;
}

const isUnsigned = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 2048 && base64url.is(value);

/** RFC 7517 §4.7: "base64-encoded (not base64url-encoded) DER". */
function fromBase64(text: unknown): Uint8Array<ArrayBuffer> {
  const fits = typeof text === 'string' && text.length <= MAX_CERTIFICATE && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
  if (!fits || text.length % 4 !== 0) throw invalidKey('a certificate is not base64');
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
