import { createHash, sign } from 'node:crypto';
import {
  type Bytes,
  bits,
  boolean,
  bytes,
  integer,
  NULL,
  octets,
  oid,
  printable,
  sequence,
  set,
  tlv,
  utcTime,
} from './der-writer.ts';
import type { KeyPair } from './key-pool.ts';

/** Every part of a certificate as it will be written, to be changed at will. */
export interface CertificateDraft {
  version: Bytes;
  serial: Bytes;
  issuer: Bytes;
  notBefore: Bytes;
  notAfter: Bytes;
  subject: Bytes;
  spki: Bytes;
  /** What stands between the key and the extensions. */
  uniqueIds: Bytes;
  extensions: ExtensionDraft[];
  /** Null is no extensions at all. */
  wrapExtensions: ((list: Bytes) => Bytes) | null;
  signer: Signer;
  /** What the signed part says of the signature; null is the same as outside. */
  innerAlgorithm: Bytes | null;
  changeSignature: (signature: Bytes) => Bytes;
  changeWhole: (certificate: Bytes) => Bytes;
}

export interface ExtensionDraft {
  readonly id: ExtensionName | string;
  /** DER of the BOOLEAN, or nothing. */
  readonly critical: Bytes;
  /** What the OCTET STRING holds. */
  readonly value: Bytes;
}

export interface Signer {
  readonly key: KeyPair;
  readonly hash: HashName | null;
  readonly algorithm: Bytes;
}

export type HashName = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

export const EXTENSION_OID = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  netscapeCertType: '2.16.840.1.113730.1.1',
  unknown: '1.3.6.1.4.1.55738.666.1',
} as const;
export type ExtensionName = keyof typeof EXTENSION_OID;

export const CRITICAL = boolean(0xff);
export const NOT_CRITICAL = bytes();

export const extension = (id: ExtensionName, value: Bytes, critical: Bytes = NOT_CRITICAL): ExtensionDraft => ({
  id,
  critical,
  value,
});

/** Puts an extension in the place of the one of its kind, or at the end. */
export function put(draft: CertificateDraft, added: ExtensionDraft): void {
  const at = draft.extensions.findIndex(({ id }) => id === added.id);
  draft.extensions.splice(at === -1 ? draft.extensions.length : at, at === -1 ? 0 : 1, added);
}

export function drop(draft: CertificateDraft, id: ExtensionName): void {
  draft.extensions = draft.extensions.filter((each) => each.id !== id);
}

const HASH_OID = { sha1: 5, sha224: 14, sha256: 11, sha384: 12, sha512: 13 } as const;
const ECDSA_OID = { sha1: '1', sha224: '3.1', sha256: '3.2', sha384: '3.3', sha512: '3.4' } as const;

/** Signs as the key's kind commonly does. */
export function signerOf(key: KeyPair, hash: HashName): Signer {
  const kind = key.privateKey.asymmetricKeyType;
  if (kind === 'ed25519') return { key, hash: null, algorithm: sequence(oid('1.3.101.112')) };
  if (kind === 'ec') return { key, hash, algorithm: sequence(oid(`1.2.840.10045.4.${ECDSA_OID[hash]}`)) };
  return { key, hash, algorithm: sequence(oid(`1.2.840.113549.1.1.${HASH_OID[hash]}`), NULL) };
}

export const attribute = (type: string, text: Bytes): Bytes => set(sequence(oid(type), text));
export const commonName = (text: Bytes): Bytes => attribute('2.5.4.3', text);
export const nameOf = (text: string): Bytes => sequence(commonName(printable(text)));
export const spkiOf = ({ publicKey }: KeyPair): Bytes =>
  Uint8Array.from(publicKey.export({ format: 'der', type: 'spki' }));
export const keyIdentifierOf = (key: KeyPair): Bytes =>
  Uint8Array.from(createHash('sha1').update(spkiOf(key)).digest());

/** A draft with everything in order but for the extensions, which its maker adds. */
export const draftOf = (parts: {
  readonly subject: Bytes;
  readonly issuer: Bytes;
  readonly key: KeyPair;
  readonly signer: Signer;
}): CertificateDraft => ({
  version: tlv(0xa0, integer(2)),
  serial: integer(0x4d, 0x01, 0x02, 0x03),
  issuer: parts.issuer,
  notBefore: utcTime('250101000000Z'),
  notAfter: utcTime('270101000000Z'),
  subject: parts.subject,
  spki: spkiOf(parts.key),
  uniqueIds: bytes(),
  extensions: [],
  wrapExtensions: (list) => tlv(0xa3, list),
  signer: parts.signer,
  innerAlgorithm: null,
  changeSignature: (signature) => signature,
  changeWhole: (certificate) => certificate,
});

/** The part of a certificate that is signed. */
export function signedPartOf(draft: CertificateDraft): Bytes {
  const list = sequence(
    ...draft.extensions.map(({ id, critical, value }) =>
      sequence(oid(EXTENSION_OID[id as ExtensionName] ?? id), critical, octets(value)),
    ),
  );
  return sequence(
    draft.version,
    draft.serial,
    draft.innerAlgorithm ?? draft.signer.algorithm,
    draft.issuer,
    sequence(draft.notBefore, draft.notAfter),
    draft.subject,
    draft.spki,
    draft.uniqueIds,
    draft.wrapExtensions === null ? bytes() : draft.wrapExtensions(list),
  );
}

/** Signs and writes a certificate. */
export function writeCertificate(draft: CertificateDraft, signedPart = signedPartOf(draft)): Bytes {
  const { key, hash, algorithm } = draft.signer;
  const signature = draft.changeSignature(Uint8Array.from(sign(hash, signedPart, key.privateKey)));
  return draft.changeWhole(sequence(signedPart, algorithm, bits(0, signature)));
}
