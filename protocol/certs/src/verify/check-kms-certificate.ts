import type { KmsHost } from '@cloister/wire';
import type { TrustedKmsKey } from '../trusted-kms-key.ts';
import { readCertificate } from './certificate.ts';
import { findPath } from './find-path.ts';
import { checkKey, checkName } from './leaf-rules.ts';
import { parseKmsJwk } from './parse-kms-jwk.ts';
import { refused } from './refused.ts';

export interface KmsCertificateInput {
  /** The parsed `rsaPublicKey` of discovery. Untrusted. */
  readonly jwk: unknown;
  /** The key server the person's organisation uses. */
  readonly kmsHost: KmsHost;
  /** DER. At least one: there is no mode without roots (threats.md row 25). */
  readonly roots: readonly Uint8Array[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Proves that the key server's key is the one its certificate names for this host, under a trusted root (kms.md §1.3;
 * R301, R304).
 * @throws CloisterError `kms/invalid-certificate` with a sentence
 */
export async function checkKmsCertificate(input: KmsCertificateInput): Promise<TrustedKmsKey> {
  const jwk = parseKmsJwk(input.jwk);
  if (jwk.host !== input.kmsHost) throw refused("'kid' names another key server");
  const [leaf, ...intermediates] = jwk.x5c.map(readCertificate);
  if (leaf === undefined) throw refused('the key does not contain a list of certificates');
  checkName(leaf, jwk.host);
  checkKey(leaf, jwk);
  const roots = input.roots.map((root) => readCertificate(Uint8Array.from(root)));
  await findPath({ leaf, intermediates, roots, now: input.now });
  const { kid, host, n, e } = jwk;
  return { kid, host, jwk: { kty: 'RSA', n, e }, expiresAt: leaf.notAfter } as TrustedKmsKey;
}
