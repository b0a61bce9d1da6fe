import type { KmsHost } from '@cloister/wire';
import { type CertifiedKey, issueLeaf } from './authority.ts';

export interface TlsKeyToCertify {
  readonly root: CertifiedKey;
  readonly kmsHost: KmsHost;
  /** The key server's own P-256 key for TLS, public half. */
  readonly publicJwk: JsonWebKey;
  readonly now: Date;
  /** Default one year. */
  readonly days?: number;
}

/** A certificate for the key by which a key server shows itself to others, on both sides of TLS. Returns the leaf as PEM. */
export async function certifyTlsKey({ root, kmsHost, publicJwk, now, days = 365 }: TlsKeyToCertify): Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const { kty, crv, x, y } = publicJwk as { kty: string; crv: string; x: string; y: string };
  const publicKey = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, algorithm, true, ['verify']);
  return issueLeaf({ root, publicKey, dnsNames: [kmsHost], forClients: true, now, days });
}
