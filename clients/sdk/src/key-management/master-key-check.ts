import { CloisterError } from '@cloister/wire';
import { cmac } from '@noble/ciphers/aes.js';

/**
 * Hex of the 16 bytes by which a backup is compared with a main key of this organisation (docs/wires.md §5, `check`). It
 * says nothing else about the key: AES-CMAC, RFC 4493.
 * @throws CloisterError `client/invalid-request` unless the key has 32 bytes
 */
export const masterKeyCheck = (key: Uint8Array, organisationId: string): string => {
  if (key.length !== 32) throw new CloisterError('client/invalid-request', { detail: 'a main key has 32 bytes' });
  const value = cmac(new TextEncoder().encode(`byok-kcv/v1|${organisationId}`), key);
  return Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('');
};
