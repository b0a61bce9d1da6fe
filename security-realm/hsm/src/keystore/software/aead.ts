import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { CloisterError } from '@cloister/wire';

const IV = 12;
const TAG = 16;

/** AES-256-GCM, written as iv | ciphertext | tag with a fresh random 96-bit iv. */
export const aeadSeal = (key: KeyObject | Buffer, plaintext: Uint8Array, aad: Uint8Array): Buffer => {
  const iv = randomBytes(IV);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG }).setAAD(aad);
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
};

/** The plaintext, or `hsm/unwrap-failed` without a hint at what was wrong (threats row 7). */
export const aeadOpen = (key: KeyObject | Buffer, sealed: Uint8Array, aad: Uint8Array): Buffer => {
  if (sealed.length < IV + TAG) throw new CloisterError('hsm/unwrap-failed');
  const tag = sealed.subarray(sealed.length - TAG);
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV), { authTagLength: TAG });
  decipher.setAAD(aad).setAuthTag(tag);
  const plaintext = decipher.update(sealed.subarray(IV, sealed.length - TAG));
  try {
    decipher.final();
    return plaintext;
  } catch {
    plaintext.fill(0);
    throw new CloisterError('hsm/unwrap-failed');
  }
};
