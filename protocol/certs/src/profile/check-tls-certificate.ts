import { isKmsHost } from '@cloister/wire';
import { readCertificate } from '../certificate/certificate.ts';
import { fingerprintOf, type SpkiFingerprint } from '../pin/spki-fingerprint.ts';
import { refused } from '../refused.ts';
import { isUsable } from './is-signed-by.ts';
import { issuingRoot } from './issuing-root.ts';
import { leafRules } from './leaf-rules.ts';
import { namesOf } from './names.ts';
import { type CertificatePurpose, isFor, maySign } from './purpose.ts';
import { firstBroken } from './rule.ts';
import { isValidAt } from './validity.ts';

export interface TlsCertificateInput {
  /** The peer's own certificate, DER. Untrusted. What else it sent is not looked at (RFC 8446 §4.4.2). */
  readonly certificate: Uint8Array;
  /** Every one of these must be a name of the certificate: lower-case DNS names, at least one. */
  readonly names: readonly string[];
  /** What the peer is in this connection. */
  readonly purpose: CertificatePurpose;
  /** DER. At least one: there is no mode without roots (threats row 25). */
  readonly roots: readonly Uint8Array[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

declare const checked: unique symbol;

/** A certificate that kept every rule. Only `checkTlsCertificate` makes one. */
export interface CheckedCertificate {
  readonly [checked]: true;
  readonly purpose: CertificatePurpose;
  /** All names it is for, those asked for among them, in lower case. */
  readonly names: readonly string[];
  /** Of its own key, for pinning, and of the root's. */
  readonly fingerprint: SpkiFingerprint;
  readonly rootFingerprint: SpkiFingerprint;
  /** The last moment it is valid, in milliseconds since 1970. */
  readonly expiresAt: number;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
}

/**
 * Judges a certificate by the whole profile: a leaf directly under an accepted root, P-256, P-384 or RSA of at least 2048
 * bits, SHA-2, the names asked for, the use asked for, both certificates valid now, no critical extension unknown here.
 * RFC 5280 §4.1, §4.2, §6.1; RFC 9525 §6; RFC 8446 §4.4.2.2; R301, R304, R363, R364; threats row 25.
 * @throws CloisterError `certs/…` with the sentence of the rule that was broken, and nothing else
 */
export async function checkTlsCertificate(input: TlsCertificateInput): Promise<CheckedCertificate> {
  const { names, purpose, roots, now } = input;
  if (roots.length === 0) throw refused('certs/no-roots', 'no root is trusted');
  const leaf = readCertificate(input.certificate);
  const broken = firstBroken(leafRules, leaf);
  if (broken !== null) throw refused('certs/outside-profile', `the certificate ${broken}`);
  const own = namesOf(leaf);
  if (names.length === 0 || !names.every((name) => isKmsHost(name) && own.includes(name))) {
    throw refused('certs/wrong-name', 'the certificate is for another name');
  }
  if (!isValidAt(leaf, now)) throw refused('certs/not-valid-now', 'the certificate is not valid at this time');
  if (!isFor(leaf, purpose)) throw refused('certs/wrong-purpose', `the certificate is not for ${purpose}s`);
  if (!maySign(leaf)) throw refused('certs/wrong-purpose', 'the certificate is not for a key that signs');
  const root = await issuingRoot(leaf, roots, { purpose, now });
  if (!(await isUsable(leaf.publicKey))) {
    throw refused('certs/outside-profile', 'the certificate has a key that cannot be used');
  }
  return {
    purpose,
    names: own,
    fingerprint: await fingerprintOf(leaf.publicKey.spki),
    rootFingerprint: await fingerprintOf(root.publicKey.spki),
    expiresAt: leaf.notAfter,
    publicKey: leaf.publicKey.spki,
  } as CheckedCertificate;
}
