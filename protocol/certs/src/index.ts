/**
 * Judges certificates by one plain profile, proves that a key server's key belongs to its name, and issues certificates
 * for evaluation deployments and tests. It never learns a secret when it checks; it holds no roots of its own and has no
 * mode without roots.
 * @see ../../../docs/wires.md §8, RFC 5280, RFC 9525, the rules of key servers in kms.md §1.3
 */
export { type CertifiedKey, makeRoot, type RootOptions } from './issue/authority.ts';
export { type CertificateRequestOptions, certificateRequest } from './issue/certificate-request.ts';
export { certifyKmsKey, type KmsKeyToCertify } from './issue/certify-kms-key.ts';
export { certifyTlsKey, type TlsKeyToCertify } from './issue/certify-tls-key.ts';
export {
  issueKmsCertificate,
  type KmsCertificate,
  type KmsCertificateOptions,
} from './issue/issue-kms-certificate.ts';
export { issueServerCertificate, type ServerCertificateOptions } from './issue/issue-server-certificate.ts';
export { type PublishedKmsJwk, publishKmsKey } from './issue/publish-kms-key.ts';
export { checkKmsCertificate, type KmsCertificateInput } from './kms/check-kms-certificate.ts';
export type { TrustedKmsKey } from './kms/trusted-kms-key.ts';
export { rootsFromPem } from './pem.ts';
export { comparePin, type PinComparison } from './pin/compare-pin.ts';
export { parseSpkiFingerprint, type SpkiFingerprint, spkiFingerprint } from './pin/spki-fingerprint.ts';
export {
  type CheckedCertificate,
  checkTlsCertificate,
  type TlsCertificateInput,
} from './profile/check-tls-certificate.ts';
export type { CertificatePurpose } from './profile/purpose.ts';
export type { CertificateFault } from './refused.ts';
export { type CertificateDescription, describeCertificate } from './show/describe-certificate.ts';
