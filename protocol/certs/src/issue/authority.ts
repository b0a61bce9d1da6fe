import type { X509CertificateCreateParams } from '@peculiar/x509';
import { loadX509 } from '../load-x509.ts';

/** A certificate and its private key as PEM, ready for two files; the key's must be readable by its owner only. */
export interface CertifiedKey {
  readonly certificatePem: string;
  /** PKCS #8. Secret. */
  readonly privateKeyPem: string;
}

/** RSA, since every published client verifies it. */
const ROOT_ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 3072,
  publicExponent: new Uint8Array([1, 0, 1]),
};
const DAY_MS = 24 * 60 * 60 * 1000;
/** Clocks of clients may be behind. */
const SKEW_MS = 60 * 60 * 1000;

export interface RootOptions {
  readonly commonName: string;
  readonly now: Date;
  /** Default ten years. */
  readonly days?: number;
}

/** A self-signed root for an evaluation deployment or a test; it can sign leaves only. */
export async function makeRoot({ commonName, now, days = 3650 }: RootOptions): Promise<CertifiedKey> {
  const x509 = await loadX509();
  const keys = await crypto.subtle.generateKey(ROOT_ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    serialNumber: serial(),
    ...validity(now, days),
    signingAlgorithm: ROOT_ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificatePem: certificate.toString('pem'), privateKeyPem: await pkcs8Pem(keys.privateKey) };
}

export interface LeafOptions {
  readonly root: CertifiedKey;
  readonly publicKey: CryptoKey;
  readonly dnsNames: readonly string[];
  readonly ipAddresses?: readonly string[];
  /** Also for the client's side of TLS; the server's alone unless told. */
  readonly forClients?: boolean;
  readonly now: Date;
  readonly days: number;
}

/** A server's certificate under the root: DNS names first, since a published client stumbles over an IP before them. */
export async function issueLeaf(options: LeafOptions): Promise<string> {
  const { root, publicKey, dnsNames, ipAddresses = [], forClients = false, now, days } = options;
  const x509 = await loadX509();
  const issuer = new x509.X509Certificate(root.certificatePem);
  const names = [
    ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
    ...ipAddresses.map((value) => ({ type: 'ip' as const, value })),
  ];
  const { digitalSignature, keyEncipherment } = x509.KeyUsageFlags;
  // RFC 8813 §3: keyEncipherment "MUST NOT be present" for a key on a curve.
  const usage = publicKey.algorithm.name.startsWith('RSA') ? digitalSignature | keyEncipherment : digitalSignature;
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
  const params: X509CertificateCreateParams = {
    subject: [{ CN: [dnsNames[0] ?? ''] }],
    issuer: issuer.subjectName,
    serialNumber: serial(),
    ...validity(now, days),
    signingAlgorithm: ROOT_ALGORITHM,
    signingKey: await privateKeyOf(root),
    publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(usage, true),
      new x509.ExtendedKeyUsageExtension(forClients ? [serverAuth, clientAuth] : [serverAuth]),
      new x509.SubjectAlternativeNameExtension(names),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  };
  return (await x509.X509CertificateGenerator.create(params)).toString('pem');
}

async function privateKeyOf({ privateKeyPem }: CertifiedKey): Promise<CryptoKey> {
  const x509 = await loadX509();
  const [der] = x509.PemConverter.decode(privateKeyPem);
  return crypto.subtle.importKey('pkcs8', der ?? new ArrayBuffer(), ROOT_ALGORITHM, false, ['sign']);
}

export async function pkcs8Pem(key: CryptoKey): Promise<string> {
  const x509 = await loadX509();
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

const validity = (now: Date, days: number) => ({
  notBefore: new Date(now.getTime() - SKEW_MS),
  notAfter: new Date(now.getTime() + days * DAY_MS),
});

/** RFC 5280 §4.1.2.2: positive, at most 20 octets; 126 random bits. */
const serial = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
};
