import { createSecretKey, type KeyObject } from 'node:crypto';
import { readCredential } from '@cloister/config';
import { CloisterError } from '@cloister/wire';

/** The key that private keys are sealed under in the database. @throws CloisterError `config/…` */
export const readAtRestKey = (file: string): KeyObject => {
  const text = readCredential(file).toString('utf8');
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 32 || bytes.toString('base64url') !== text) {
    throw new CloisterError('config/invalid', { detail: `${file} must hold 32 random bytes in base64url` });
  }
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
};
