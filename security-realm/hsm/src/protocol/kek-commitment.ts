import { createHmac, type KeyObject } from 'node:crypto';

/**
 * AES-GCM does not commit to its key, so byok.md §5 stores `HMAC-SHA256(KEK, "commit/v1"|AAD)`, of 32 bytes. A key object:
 * given bytes, Node takes six times as long.
 */
export const kekCommitment = (kek: KeyObject, aad: Uint8Array): Buffer =>
  createHmac('sha256', kek).update('commit/v1').update(aad).digest();
