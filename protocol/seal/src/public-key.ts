import { base64url, CloisterError } from '@cloister/wire';
import { primitives } from '#primitives';
import type { KeyHandle, PublicJwk } from './primitives/primitives.ts';
import { isWeakRsa } from './weak-rsa.ts';

/** The members that make a public key (RFC 7638 §3.2), and nothing else: never `d`, `use`, `alg` or `x5c`. */
export function publicPart(jwk: unknown): PublicJwk {
  const { kty, crv, x, y, n, e } = (typeof jwk === 'object' && jwk !== null ? jwk : {}) as Record<string, unknown>;
  if (kty === 'RSA' && isValue(n) && isValue(e)) return { kty, n, e };
  if (kty === 'EC' && crv === 'P-256' && isValue(x) && isValue(y)) return { kty, crv, x, y };
  if (kty === 'OKP' && crv === 'Ed25519' && isValue(x)) return { kty, crv, x };
  throw new CloisterError('seal/invalid-key', { detail: 'not an RSA, P-256 or Ed25519 key' });
}

/**
 * Checks the key as far as its kind allows: point on the curve (RFC 7518 §6.2.1), coordinates of full length, RSA
 * keys of a strong form.
 * @throws CloisterError `seal/invalid-key`
 */
export async function importPublicKey(jwk: unknown): Promise<KeyHandle> {
  const key = publicPart(jwk);
  try {
    if (isSound(key)) return await primitives.importPublic(key);
  } catch {
    // Falls through: the reason a library gives is no help and differs between libraries.
  }
  throw new CloisterError('seal/invalid-key', { detail: 'not a usable public key' });
}

function isSound(key: PublicJwk): boolean {
  if (key.kty === 'RSA') return !isWeakRsa(base64url.decode(key.n), base64url.decode(key.e));
  // RFC 7518 §6.2.1.2: "the full size of a coordinate for the curve".
  const coordinates = key.kty === 'EC' ? [key.x, key.y] : [key.x];
  return coordinates.every((coordinate) => base64url.decode(coordinate).length === 32);
}

const isValue = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 2048 && base64url.is(value);
