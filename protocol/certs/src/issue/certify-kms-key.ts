import type { KmsHost } from '@cloister/wire';
import { type CertifiedKey, issueLeaf } from './authority.ts';

export interface KmsKeyToCertify {
  readonly root: CertifiedKey;
  readonly kmsHost: KmsHost;
  /** The organisation's verified domain: a second name of the certificate. */
  readonly domain?: string;
  /** The key server's own static RSA key, public half. */
  readonly publicJwk: JsonWebKey;
  readonly now: Date;
  /** Default one year. */
  readonly days?: number;
}

/** A certificate for a static key that the key server made and keeps (R301). Returns the leaf as PEM. */
export async function certifyKmsKey(options: KmsKeyToCertify): Promise<string> {
  const { root, kmsHost, domain, publicJwk, now, days = 365 } = options;
  const algorithm = { name: 'RSA-OAEP', hash: 'SHA-256' };
  const { kty, n, e } = publicJwk as { kty: string; n: string; e: string };
  const publicKey = await crypto.subtle.importKey('jwk', { kty, n, e }, algorithm, true, ['encrypt']);
  const dnsNames = domain === undefined ? [kmsHost] : [kmsHost, domain];
  return issueLeaf({ root, publicKey, dnsNames, now, days });
}
