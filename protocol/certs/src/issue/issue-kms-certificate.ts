import type { KmsHost } from '@cloister/wire';
import { loadX509 } from '../load-x509.ts';
import { type CertifiedKey, issueLeaf } from './authority.ts';

const ALGORITHM = {
  name: 'RSA-OAEP',
  hash: 'SHA-256',
  modulusLength: 3072,
  publicExponent: new Uint8Array([1, 0, 1]),
};

export interface KmsCertificate {
  readonly certificatePem: string;
  /** What discovery publishes: no `use`, no `alg` (kms.md §0.3). */
  readonly publicJwk: {
    readonly kty: 'RSA';
    readonly kid: string;
    readonly n: string;
    readonly e: string;
    readonly x5c: readonly string[];
  };
  /** The whole RSA key, without `use` or `alg`. Secret. */
  readonly privateJwk: Readonly<Record<'n' | 'e' | 'd' | 'p' | 'q' | 'dp' | 'dq' | 'qi', string>> & {
    readonly kty: 'RSA';
  };
}

export interface KmsCertificateOptions {
  readonly root: CertifiedKey;
  readonly kmsHost: KmsHost;
  readonly now: Date;
  /** Default one year. */
  readonly days?: number;
}

/** A key server's static key, RSA-3072, and its certificate with the server's DNS name (R301). */
export async function issueKmsCertificate(options: KmsCertificateOptions): Promise<KmsCertificate> {
  const { root, kmsHost, now, days = 365 } = options;
  const x509 = await loadX509();
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['encrypt', 'decrypt']);
  const certificatePem = await issueLeaf({ root, publicKey: keys.publicKey, dnsNames: [kmsHost], now, days });
  const x5c = [certificatePem, root.certificatePem].map((pem) => new x509.X509Certificate(pem).toString('base64'));
  const { n, e, d, p, q, dp, dq, qi } = (await crypto.subtle.exportKey('jwk', keys.privateKey)) as Record<
    'n' | 'e' | 'd' | 'p' | 'q' | 'dp' | 'dq' | 'qi',
    string
  >;
  return {
    certificatePem,
    publicJwk: { kty: 'RSA', kid: `kms://${kmsHost}`, n, e, x5c },
    privateJwk: { kty: 'RSA', n, e, d, p, q, dp, dq, qi },
  };
}
