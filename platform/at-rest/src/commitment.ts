import { createHmac } from 'node:crypto';
import { type AadPart, encodeAad } from './encode-aad.ts';
import type { RowKey } from './row-key.ts';

/**
 * AES-GCM does not commit to its key: one ciphertext can open under two. So, byok.md §5:
 * "Store `commit = HMAC-SHA256(KEK, "commit/v1"|AAD)` and check in constant time after unwrap, before use".
 */
export function commitment(key: RowKey, aad: readonly AadPart[]): Buffer {
  return createHmac('sha256', key)
    .update(encodeAad(['commit/v1', ...aad]))
    .digest();
}
