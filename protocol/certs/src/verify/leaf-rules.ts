import { base64url, type KmsHost } from '@cloister/wire';
import type { Certificate } from './certificate.ts';
import { children, hex } from './der.ts';
import type { KmsJwk } from './parse-kms-jwk.ts';
import { refused } from './refused.ts';
import { rsaPublicKey } from './signature.ts';

/** R301: a DNS name of the certificate, exactly; the common name counts only when there is no SAN at all. */
export function checkName({ dnsNames, subjectName }: Certificate, host: KmsHost): void {
  const names = dnsNames ?? commonNames(subjectName);
  if (!names.some((name) => name.toLowerCase() === host)) throw refused('the certificate is for another name');
}

const COMMON_NAME = '550403';

/** A Name is a SEQUENCE of SETs of { type, value } (RFC 5280 §4.1.2.4). */
const commonNames = (name: Parameters<typeof children>[0]): readonly string[] =>
  children(name)
    .flatMap((set) => children(set))
    .map((attribute) => children(attribute))
    .filter(([type]) => type !== undefined && hex(type.content) === COMMON_NAME)
    .map(([, value]) => new TextDecoder().decode(value?.content));

const RSA = { minBytes: 2048 / 8, maxBytes: 8192 / 8 };

/** The JWK's `n` and `e` are the certificate's, so the certificate speaks of this key (kms.md §1.3). */
export function checkKey({ publicKey }: Certificate, { n, e }: KmsJwk): void {
  const size = base64url.decode(n).length;
  if (size < RSA.minBytes || size > RSA.maxBytes) throw refused('the key is too small or too large');
  const certified = rsaPublicKey(publicKey);
  if (base64url.encode(certified.n) !== n || base64url.encode(certified.e) !== e) {
    throw refused("the key is not the certificate's");
  }
}
