import { createCipheriv, randomBytes } from 'node:crypto';
import { commitment } from './commitment.ts';
import { type AadPart, encodeAad } from './encode-aad.ts';
import { checkRowKey, type RowKey } from './row-key.ts';

/** `sealed` is iv (12) | ciphertext | tag (16); `commit` (32) is stored in a column of its own. */
export type SealedRow = { sealed: Buffer; commit: Buffer };

/**
 * Seals `plaintext` under `key`, bound to `aad`.
 * @param random the IV's source; only vectors pass one (an IV must never repeat under a key)
 * @throws CloisterError `platform/at-rest`
 */
export function seal(
  key: RowKey,
  plaintext: Uint8Array,
  aad: readonly AadPart[],
  random: (size: number) => Uint8Array = randomBytes,
): SealedRow {
  const iv = random(12);
  const cipher = createCipheriv('aes-256-gcm', checkRowKey(key), iv);
  cipher.setAAD(encodeAad(aad));
  const sealed = Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return { sealed, commit: commitment(key, aad) };
}
