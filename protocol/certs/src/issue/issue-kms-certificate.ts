import type { KmsHost } from '@cloister/wire';
import type { CertifiedKey } from './authority.ts';
import { certifyKmsKey } from './certify-kms-key.ts';
import { type PublishedKmsJwk, publishKmsKey } from './publish-kms-key.ts';

const ALGORITHM = {
  name: 'RSA-OAEP',
  hash: 'SHA-256',
  modulusLength: 3072,
  publicExponent: new Uint8Array([1, 0, 1]),
};

export interface KmsCertificateOptions {
  readonly root: CertifiedKey;
  readonly kmsHost: KmsHost;
  /** The organisation's verified domain: a second name of the certificate. */
  readonly domain?: string;
  readonly now: Date;
  /** Default one year. */
  readonly days?: number;
}

type RsaMember = 'n' | 'e' | 'd' | 'p' | 'q' | 'dp' | 'dq' | 'qi';

export interface KmsCertificate {
  readonly certificatePem: string;
  readonly publicJwk: PublishedKmsJwk;
  /** The whole RSA key, without `use` or `alg`. Secret. */
  readonly privateJwk: Readonly<Record<RsaMember, string>> & { readonly kty: 'RSA' };
}

/** A fresh static key for a key server, RSA-3072, with its certificate and what discovery publishes. */
export async function issueKmsCertificate(options: KmsCertificateOptions): Promise<KmsCertificate> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['encrypt', 'decrypt']);
  const jwk = (await crypto.subtle.exportKey('jwk', keys.privateKey)) as Record<RsaMember, string>;
  const { n, e, d, p, q, dp, dq, qi } = jwk;
  const certificatePem = await certifyKmsKey({ ...options, publicJwk: { kty: 'RSA', n, e } });
  const chainPem = `${certificatePem}\n${options.root.certificatePem}`;
  return {
    certificatePem,
    publicJwk: publishKmsKey({ kmsHost: options.kmsHost, jwk: { n, e }, chainPem }),
    privateJwk: { kty: 'RSA', n, e, d, p, q, dp, dq, qi },
  };
}
