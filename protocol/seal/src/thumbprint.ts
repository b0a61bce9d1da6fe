import { base64url } from '@cloister/wire';
import { primitives } from '#primitives';
import type { PublicJwk } from './primitives/primitives.ts';
import { publicPart } from './public-key.ts';
import { toBytes } from './text.ts';

/** RFC 7638: SHA-256 over the key's required members in lexicographic order, base64url. */
export async function thumbprint(jwk: PublicJwk): Promise<string> {
  const members = Object.entries(publicPart(jwk)).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256Text(JSON.stringify(Object.fromEntries(members)));
}

/** SHA-256 of the UTF-8 text, base64url: how proofs name a token (RFC 9449 §4.2 `ath`). */
export async function sha256Text(text: string): Promise<string> {
  return base64url.encode(await primitives.sha256(toBytes(text)));
}
