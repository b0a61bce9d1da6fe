import type { KmsHost } from '@cloister/wire';
import { type CertifiedKey, issueLeaf } from './authority.ts';

export interface KmsKeyToCertify {
  readonly root: CertifiedKey;
  readonly kmsHost: KmsHost;
  /** The key server's own static RSA key, public half. */
  readonly publicJwk: JsonWebKey;
  readonly now: Date;
  /** Default one year. */
  readonly days?: number;
}

/** A certificate for a static key that the key server made and keeps (R301). Returns the leaf as PEM. */
export async function certifyKmsKey({ root, kmsHost, publicJwk, now, days = 365 }: KmsKeyToCertify): Promise<string> {
  const algorithm = { name: 'RSA-OAEP', hash: 'SHA-256' };
  const { kty, n, e } = publicJwk as { kty: string; n: string; e: string };
  const publicKey = await crypto.subtle.importKey('jwk', { kty, n, e }, algorithm, true, ['encrypt']);
  return issueLeaf({ root, publicKey, dnsNames: [kmsHost], now, days });
}
