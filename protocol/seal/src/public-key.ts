import { base64url, CloisterError } from '@cloister/wire';
import { primitives } from '#primitives';
import type { KeyHandle, PublicJwk } from './primitives/primitives.ts';

/** The members that make a public key (RFC 7638 §3.2), and nothing else: never `d`, `use`, `alg` or `x5c`. */
export function publicPart(jwk: unknown): PublicJwk {
  const { kty, crv, x, y, n, e } = (typeof jwk === 'object' && jwk !== null ? jwk : {}) as Record<string, unknown>;
  if (kty === 'RSA' && isText(n) && isText(e)) return { kty, n, e };
  if (kty === 'EC' && crv === 'P-256' && isText(x) && isText(y)) return { kty, crv, x, y };
  if (kty === 'OKP' && crv === 'Ed25519' && isText(x)) return { kty, crv, x };
  throw new CloisterError('seal/invalid-key', { detail: 'not an RSA, P-256 or Ed25519 key' });
}

/** Checks the key as far as its kind allows: point on the curve (RFC 7518 §6.2.2), coordinates and RSA size. */
export async function importPublicKey(jwk: unknown): Promise<KeyHandle> {
  const key = publicPart(jwk);
  try {
    const fields = key.kty === 'RSA' ? [key.n, key.e] : key.kty === 'EC' ? [key.x, key.y] : [key.x];
    const sizes = fields.map((field) => (base64url.is(field) ? base64url.decode(field).length : 0));
    const fits = key.kty === 'RSA' ? (sizes[0] ?? 0) >= 256 && (sizes[0] ?? 0) <= 1024 : sizes.every((n) => n === 32);
    if (fits) return await primitives.importPublic(key);
  } catch {
    // Falls through: the reason a library gives is no help and differs between libraries.
  }
  throw new CloisterError('seal/invalid-key', { detail: 'not a usable public key' });
}

const isText = (value: unknown): value is string => typeof value === 'string';
