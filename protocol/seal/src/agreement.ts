import { primitives } from '#primitives';
import type { EcPublicJwk } from './primitives/primitives.ts';
import { handleOf, type PrivateKey } from './private-key.ts';
import { importPublicKey } from './public-key.ts';
import { SecretKey } from './secret-key.ts';

const NOTHING = new Uint8Array();

/**
 * The published channel's key: ECDH on P-256, then HKDF-SHA-256 with empty salt and info, 32 bytes (kms.md §0.7).
 * @throws CloisterError `seal/invalid-key` for a point off the curve
 */
export async function agreeKey(kid: string, mine: PrivateKey, theirs: EcPublicJwk): Promise<SecretKey> {
  const shared = await primitives.ecdhP256(handleOf(mine), await importPublicKey(theirs));
  const bytes = await primitives.hkdfSha256(shared, NOTHING, NOTHING, 32);
  shared.fill(0);
  const key = SecretKey.fromBytes(kid, bytes);
  bytes.fill(0);
  return key;
}
