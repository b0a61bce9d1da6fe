import type { X509Certificate } from '@peculiar/x509';

/** SHA-1 and smaller RSA keys are not trusted to sign certificates any more. */
const HASHES = ['SHA-256', 'SHA-384', 'SHA-512'];
const MIN_RSA_BITS = 2048;

/** Whether the issuer's key signed the certificate, with an algorithm we still trust. */
export async function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): Promise<boolean> {
  const { hash } = certificate.signatureAlgorithm as { hash?: { name?: string } };
  const key = issuer.publicKey.algorithm as { name: string; modulusLength?: number };
  if (hash !== undefined && !HASHES.includes(hash.name ?? '')) return false;
  if (hash === undefined && certificate.signatureAlgorithm.name !== 'Ed25519') return false;
  if (key.modulusLength !== undefined && key.modulusLength < MIN_RSA_BITS) return false;
  try {
    return await certificate.verify({ publicKey: issuer.publicKey, signatureOnly: true });
  } catch {
    return false;
  }
}
