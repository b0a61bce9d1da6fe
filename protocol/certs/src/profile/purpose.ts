import type { Certificate } from '../certificate/certificate.ts';

/** At which end of a connection a certificate stands. */
export type CertificatePurpose = 'server' | 'client';

/** id-kp-serverAuth, id-kp-clientAuth (RFC 5280 §4.2.1.12). */
export const PURPOSE_OID: Readonly<Record<CertificatePurpose, string>> = {
  server: '2b06010505070301',
  client: '2b06010505070302',
};

/** Whether the certificate, when it limits its purposes, names this one; "any purpose" is too wide to count. */
export const isFor = ({ extendedKeyUsage }: Certificate, purpose: CertificatePurpose): boolean =>
  extendedKeyUsage === null || extendedKeyUsage.includes(PURPOSE_OID[purpose]);

/** Both ends of TLS 1.3 sign: RFC 8446 §4.4.2.2, "the digitalSignature bit MUST be set if the Key Usage extension is present". */
export const maySign = ({ keyUsage }: Certificate): boolean => keyUsage?.includes('digitalSignature') ?? true;
