import { type CertifiedKey, issueLeaf, pkcs8Pem } from './authority.ts';

export interface ServerCertificateOptions {
  readonly root: CertifiedKey;
  readonly dnsNames: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly now: Date;
  /** Default one year: the longest browsers take from a private root. */
  readonly days?: number;
}

/** A TLS server's P-256 key and certificate. */
export async function issueServerCertificate(options: ServerCertificateOptions): Promise<CertifiedKey> {
  const { days = 365, ...rest } = options;
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const certificatePem = await issueLeaf({ ...rest, days, publicKey: keys.publicKey });
  return { certificatePem, privateKeyPem: await pkcs8Pem(keys.privateKey) };
}
