import { readCredential } from '@cloister/config';
import { CloisterError } from '@cloister/wire';

/**
 * The key of the index at rest, from a file that only its owner may read.
 * @throws CloisterError `config/…`
 */
export const readSearchKey = (file: string): Uint8Array => {
  const text = readCredential(file).toString('utf8');
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 32 || bytes.toString('base64url') !== text) {
    throw new CloisterError('config/invalid', { detail: `${file} must hold 32 random bytes in base64url` });
  }
  return bytes;
};
