import { constants, type KeyObject, privateDecrypt } from 'node:crypto';

/**
 * RSA-OAEP with SHA-256, MGF1 with SHA-256 and no label (R012), by OpenSSL's decoder: the message, which the caller zeroes,
 * or null for everything that can be wrong.
 */
export const decodeOaep = (privateKey: KeyObject, wrapped: Uint8Array): Buffer | null => {
  try {
    return privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, wrapped);
  } catch {
    return null;
  }
};
