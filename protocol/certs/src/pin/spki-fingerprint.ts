import { type Branded, base64url } from '@cloister/wire';
import { readCertificate } from '../certificate/certificate.ts';
import { refused } from '../refused.ts';

/**
 * A public key in 43 characters: base64url, unpadded, of the SHA-256 over its SubjectPublicKeyInfo (the form of RFC 7469
 * §2.4, in the alphabet of the wires). It stays when a certificate is renewed for the same key. Equal as text is equal.
 */
export type SpkiFingerprint = Branded<'SpkiFingerprint'>;

const LENGTH = 43;

/** The fingerprint of a certificate's key. Proves nothing. @throws CloisterError `certs/unreadable` */
export const spkiFingerprint = (certificate: Uint8Array): Promise<SpkiFingerprint> =>
  fingerprintOf(readCertificate(certificate).publicKey.spki);

/** @throws CloisterError `certs/invalid-fingerprint` for any other spelling */
export function parseSpkiFingerprint(value: unknown): SpkiFingerprint {
  if (typeof value !== 'string' || value.length !== LENGTH || !base64url.is(value)) {
    throw refused('certs/invalid-fingerprint', 'expected 43 characters of base64url');
  }
  return value as SpkiFingerprint;
}

export const fingerprintOf = async (spki: Uint8Array<ArrayBuffer>): Promise<SpkiFingerprint> =>
  base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', spki))) as SpkiFingerprint;
