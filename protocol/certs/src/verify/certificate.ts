import type { X509Certificate } from '@peculiar/x509';
import { loadX509, type X509 } from '../load-x509.ts';
import { refused } from './refused.ts';

/** What path validation asks of a certificate, read once. */
export interface Certificate {
  readonly x509: X509Certificate;
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly isCa: boolean;
  /** How many intermediates may follow; null is no limit. */
  readonly pathLength: number | null;
  /** Whether key usage, when stated, lets the key sign certificates. */
  readonly maySignCertificates: boolean;
  /** Whether the certificate, when it states purposes, is for servers. */
  readonly isForServers: boolean;
}

const OID = {
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  nameConstraints: '2.5.29.30',
} as const;
const UNDERSTOOD: readonly string[] = [OID.subjectAltName, OID.basicConstraints, OID.keyUsage, OID.extendedKeyUsage];
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const ANY_PURPOSE = '2.5.29.37.0';

/** @throws CloisterError `kms/invalid-certificate` for what is no certificate or uses what we cannot check */
export async function readCertificate(der: Uint8Array<ArrayBuffer>): Promise<Certificate> {
  const x509 = await loadX509();
  try {
    return read(x509, new x509.X509Certificate(der));
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'CloisterError') throw cause;
    throw refused('a certificate cannot be read');
  }
}

function read(x509: X509, certificate: X509Certificate): Certificate {
  const types = certificate.extensions.map((extension) => extension.type);
  if (new Set(types).size !== types.length) throw refused('a certificate repeats an extension');
  for (const { critical, type } of certificate.extensions) {
    // RFC 5280 §4.2: an unrecognised critical extension rejects the certificate. Name constraints we never ignore.
    if (type === OID.nameConstraints) throw refused('a certificate limits names, which cannot be checked here');
    if (critical && !UNDERSTOOD.includes(type)) throw refused('a certificate has a critical extension unknown here');
  }
  const basic = certificate.getExtension(x509.BasicConstraintsExtension);
  const usage = certificate.getExtension(x509.KeyUsagesExtension);
  const purposes = certificate.getExtension(x509.ExtendedKeyUsageExtension);
  return {
    x509: certificate,
    subject: hex(certificate.subjectName.toArrayBuffer()),
    issuer: hex(certificate.issuerName.toArrayBuffer()),
    notBefore: certificate.notBefore.getTime(),
    notAfter: certificate.notAfter.getTime(),
    isCa: basic?.ca === true,
    pathLength: basic?.pathLength ?? null,
    maySignCertificates: usage === null || (usage.usages & x509.KeyUsageFlags.keyCertSign) !== 0,
    isForServers: purposes === null || purposes.usages.some((use) => use === SERVER_AUTH || use === ANY_PURPOSE),
  };
}

const hex = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
