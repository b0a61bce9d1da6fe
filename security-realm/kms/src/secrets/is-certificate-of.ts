import { createPublicKey, type JsonWebKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RealmSecret } from './realm-secrets.ts';

/** Whether the first certificate of a PEM file is for a key; `false` also for a file that cannot be read, which others judge. */
export const isCertificateOf = (file: string, { publicJwk }: Pick<RealmSecret, 'publicJwk'>): boolean => {
  try {
    const leaf = new X509Certificate(readFileSync(file));
    return leaf.publicKey.equals(createPublicKey({ key: publicJwk as unknown as JsonWebKey, format: 'jwk' }));
  } catch {
    return false;
  }
};
