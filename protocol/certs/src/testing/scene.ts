import type { CertificatePurpose } from '../profile/purpose.ts';
import {
  attribute,
  type CertificateDraft,
  CRITICAL,
  commonName,
  draftOf,
  extension,
  type HashName,
  keyIdentifierOf,
  signerOf,
} from './certificate-draft.ts';
import { type Bytes, bits, boolean, bytes, ia5, integer, octets, oid, printable, sequence, tlv } from './der-writer.ts';
import { type KeyName, keyOf } from './key-pool.ts';

/** What is judged: a leaf, the roots that are accepted, and the question. Deviations change it before it is written. */
export interface Scene {
  leaf: CertificateDraft;
  root: CertificateDraft;
  /** Roots accepted besides, before the root and in its place. */
  before: CertificateDraft[];
  isRootAccepted: boolean;
  readonly purpose: CertificatePurpose;
  /** Seconds since 1970. */
  now: number;
}

export interface SceneOptions {
  readonly rootKey: KeyName;
  readonly leafKey: KeyName;
  readonly hash: HashName;
  readonly purpose: CertificatePurpose;
}

export const HOST = 'kms.acme.example';
export const NOW = Date.parse('2026-11-22T08:00:00Z') / 1000;
export const ROOT_NAME = sequence(attribute('2.5.4.10', printable('Acme')), commonName(printable('Acme Root')));

export const PURPOSES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;
export const dnsName = (name: string): Bytes => bytes([0x82], ia5(name).subarray(1));
export const keyUsage = (unused: number, ...bytes: readonly number[]): Bytes => bits(unused, Uint8Array.from(bytes));
export const purposes = (...oids: readonly string[]): Bytes => sequence(...oids.map(oid));
export const authorityKeyIdentifier = (keyIdentifier: Bytes): Bytes => sequence(tlv(0x80, keyIdentifier));
export const DIGITAL_SIGNATURE = keyUsage(7, 0x80);
export const KEY_CERT_SIGN = keyUsage(1, 0x06);

/** A root and a leaf under it that keep every rule. */
export function sceneOf({ rootKey, leafKey, hash, purpose }: SceneOptions): Scene {
  const [ownRoot, ownLeaf] = [keyOf('root', rootKey), keyOf('leaf', leafKey)];
  const signer = signerOf(ownRoot, hash);
  const root = draftOf({ subject: ROOT_NAME, issuer: ROOT_NAME, key: ownRoot, signer });
  root.extensions = [
    extension('basicConstraints', sequence(boolean(0xff), integer(0)), CRITICAL),
    extension('keyUsage', KEY_CERT_SIGN, CRITICAL),
    extension('subjectKeyIdentifier', octets(keyIdentifierOf(ownRoot))),
  ];
  const subject = sequence(commonName(printable('a key server')));
  const leaf = draftOf({ subject, issuer: ROOT_NAME, key: ownLeaf, signer });
  leaf.extensions = [
    extension('basicConstraints', sequence(), CRITICAL),
    extension('keyUsage', DIGITAL_SIGNATURE, CRITICAL),
    extension('extendedKeyUsage', purposes(PURPOSES.server, PURPOSES.client)),
    extension('subjectAltName', sequence(dnsName(HOST))),
    extension('subjectKeyIdentifier', octets(keyIdentifierOf(ownLeaf))),
    extension('authorityKeyIdentifier', authorityKeyIdentifier(keyIdentifierOf(ownRoot))),
  ];
  return { leaf, root, before: [], isRootAccepted: true, purpose, now: NOW };
}
