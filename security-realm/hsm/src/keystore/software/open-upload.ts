import type { KeyObject } from 'node:crypto';
import { decodeOaep } from '../decode-oaep.ts';

const KEY_BYTES = 32;

/**
 * The uploaded key, which the caller zeroes, or null. What does not decode (R011), or has another length (R010), becomes
 * the all-zero key, so that one test refuses every bad upload in one place (R021; threats row 7: no oracle).
 */
export const openUpload = (privateKey: KeyObject, wrapped: Uint8Array): Buffer | null => {
  const decoded = decodeOaep(privateKey, wrapped);
  const key = Buffer.alloc(KEY_BYTES);
  if (decoded?.length === KEY_BYTES) decoded.copy(key);
  decoded?.fill(0);
  return key.some((byte) => byte !== 0) ? key : null;
};
