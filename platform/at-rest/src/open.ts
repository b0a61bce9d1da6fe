import { createDecipheriv, timingSafeEqual } from 'node:crypto';
import { CloisterError } from '@cloister/wire';
import { commitment } from './commitment.ts';
import { type AadPart, encodeAad } from './encode-aad.ts';
import { checkRowKey, type RowKey } from './row-key.ts';

const IV = 12;
const TAG = 16;

/**
 * Opens what `seal` made under the same key for the same `aad`. The caller zeroes the returned bytes after use.
 * @throws CloisterError `platform/at-rest`: one error for every fault (invariant 7)
 */
export function open(
  key: RowKey,
  { sealed, commit }: { sealed: Uint8Array; commit: Uint8Array },
  aad: readonly AadPart[],
): Buffer {
  checkRowKey(key);
  const expected = commitment(key, aad);
  const committed = commit.length === expected.length && timingSafeEqual(commit, expected);
  if (!committed || sealed.length < IV + TAG) throw new CloisterError('platform/at-rest');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV), { authTagLength: TAG });
  decipher.setAAD(encodeAad(aad));
  decipher.setAuthTag(sealed.subarray(-TAG));
  const plaintext = decipher.update(sealed.subarray(IV, -TAG));
  try {
    decipher.final();
    return plaintext;
  } catch {
    // Unauthenticated plaintext must not outlive the refusal.
    plaintext.fill(0);
    throw new CloisterError('platform/at-rest');
  }
}
