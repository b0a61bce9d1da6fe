import { base64url, CloisterError, type KmsHost } from '@cloister/wire';
import { readPublicKey } from '../certificate/public-key.ts';
import { readDer } from '../der/der.ts';
import { type CheckedCertificate, checkTlsCertificate } from '../profile/check-tls-certificate.ts';
import { invalidKey } from './invalid-key.ts';
import { type KmsJwk, parseKmsJwk } from './parse-kms-jwk.ts';
import type { TrustedKmsKey } from './trusted-kms-key.ts';

export interface KmsCertificateInput {
  /** The parsed `rsaPublicKey` of discovery. Untrusted. */
  readonly jwk: unknown;
  /** The key server the person's organisation uses. */
  readonly kmsHost: KmsHost;
  /** The organisation's verified domain, when it is known: the certificate must name it beside the host. */
  readonly domain?: string | undefined;
  /** DER. At least one: there is no mode without roots (threats.md row 25). */
  readonly roots: readonly Uint8Array[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Proves that the key server's key is the one its certificate names for this host and domain, under an accepted root
 * (kms.md §1.3; R301, R304). The certificate keeps the whole profile of {@link checkTlsCertificate}, as a server's.
 * @throws CloisterError `kms/invalid-certificate` with a sentence
 */
export async function checkKmsCertificate(input: KmsCertificateInput): Promise<TrustedKmsKey> {
  const jwk = parseKmsJwk(input.jwk);
  if (jwk.host !== input.kmsHost) throw invalidKey("'kid' names another key server");
  const names = input.domain === undefined ? [jwk.host] : [jwk.host, input.domain];
  const { roots, now } = input;
  try {
    const checked = await checkTlsCertificate({ certificate: jwk.certificate, names, purpose: 'server', roots, now });
    checkKey(checked, jwk);
    const { kid, host, n, e } = jwk;
    const { expiresAt, fingerprint } = checked;
    return { kid, host, jwk: { kty: 'RSA', n, e }, expiresAt, fingerprint } as TrustedKmsKey;
  } catch (error) {
    if (!(error instanceof CloisterError) || error.code === 'kms/invalid-certificate') throw error;
    throw invalidKey(error.detail ?? error.message, error);
  }
}

/** The JWK's `n` and `e` are the certificate's, so the certificate speaks of this key (kms.md §1.3). */
function checkKey({ publicKey }: CheckedCertificate, { n, e }: KmsJwk): void {
  const { rsa } = readPublicKey(readDer(publicKey));
  if (rsa === null) throw invalidKey("the certificate's key is not RSA");
  if (base64url.encode(rsa.n) !== n || base64url.encode(rsa.e) !== e) {
    throw invalidKey("the key is not the certificate's");
  }
}
