import { readCertificate } from '../certificate/certificate.ts';
import { bitLength, type PublicKey } from '../certificate/public-key.ts';
import { hex } from '../der/der.ts';
import { oidText } from '../der/oid-text.ts';
import { fingerprintOf, type SpkiFingerprint } from '../pin/spki-fingerprint.ts';
import { isAuthority } from '../profile/common-rules.ts';
import { leafRules } from '../profile/leaf-rules.ts';
import { PURPOSE_OID } from '../profile/purpose.ts';
import { rootRules } from '../profile/root-rules.ts';
import { nameText } from './name-text.ts';

/** What a certificate says of itself, for people. Nothing of it is proven. */
export interface CertificateDescription {
  /** RFC 4514. */
  readonly subject: string;
  readonly issuer: string;
  /** Hex. */
  readonly serialNumber: string;
  /** Milliseconds since 1970, both inclusive. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** `P-256`, `P-384`, `RSA 3072`, `other`. */
  readonly key: string;
  /** The DNS names of the alternative name; null without one. */
  readonly dnsNames: readonly string[] | null;
  /** `server`, `client` or an OID; null when it is for anything. */
  readonly purposes: readonly string[] | null;
  readonly isAuthority: boolean;
  /** Of the key: what is pinned. */
  readonly fingerprint: SpkiFingerprint;
  /** Of the whole certificate: hex of SHA-256. */
  readonly certificateFingerprint: string;
  /** The rules of the profile it breaks, whoever issued it, as sentences without their subject; empty is good. */
  readonly faults: readonly string[];
}

/** @throws CloisterError `certs/unreadable` */
export async function describeCertificate(der: Uint8Array): Promise<CertificateDescription> {
  const certificate = readCertificate(der);
  const rules = isAuthority(certificate) ? rootRules : leafRules;
  return {
    subject: nameText(certificate.subject),
    issuer: nameText(certificate.issuer),
    serialNumber: hex(certificate.serialNumber),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    key: keyText(certificate.publicKey),
    dnsNames: certificate.dnsNames?.map(printable) ?? null,
    purposes: certificate.extendedKeyUsage?.map(purposeText) ?? null,
    isAuthority: isAuthority(certificate),
    fingerprint: await fingerprintOf(certificate.publicKey.spki),
    certificateFingerprint: hex(new Uint8Array(await crypto.subtle.digest('SHA-256', certificate.der))),
    faults: rules.filter(({ isBroken }) => isBroken(certificate)).map(({ says }) => says),
  };
}

const keyText = ({ kind, rsa }: PublicKey): string => (rsa === null ? kind : `${kind} ${bitLength(rsa.n)}`);

const purposeText = (oid: string): string =>
  Object.entries(PURPOSE_OID).find(([, known]) => known === oid)?.[0] ?? oidText(oid);

/** A DNS name is ASCII, and need not be printable. */
const printable = (name: string): string =>
  name.replace(/[^\x21-\x7e]/g, (character) => `\\${hex(Uint8Array.of(character.charCodeAt(0)))}`);
