import { createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

export type UploadKeyBits = 3072 | 4096;

/** A new RSA key that uploads are encrypted to, made off the main thread: it takes seconds. It does nothing else. */
export const makeUploadKey = async (bits: UploadKeyBits): Promise<KeyObject> =>
  (await promisify(generateKeyPair)('rsa', { modulusLength: bits, publicExponent: 0x10001 })).privateKey;

/** SPKI PEM without a trailing newline, as published clients cut it (kms.md §1.6). */
export const publicPemOf = (privateKey: KeyObject): string =>
  createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString().trimEnd();
