import { base64url, type KmsHost } from '@cloister/wire';
import { loadX509 } from '../load-x509.ts';
import type { Certificate } from './certificate.ts';
import type { KmsJwk } from './parse-kms-jwk.ts';
import { refused } from './refused.ts';

/** R301: a DNS name of the certificate, exactly; the common name counts only when there is no SAN at all. */
export async function checkName({ x509: leaf }: Certificate, host: KmsHost): Promise<void> {
  const x509 = await loadX509();
  const san = leaf.getExtension(x509.SubjectAlternativeNameExtension);
  const names =
    san === null
      ? leaf.subjectName.getField('CN')
      : san.names.items.filter(({ type }) => type === 'dns').map(({ value }) => value);
  if (!names.some((name) => name.toLowerCase() === host)) throw refused('the certificate is for another name');
}

const RSA = { minBytes: 2048 / 8, maxBytes: 8192 / 8 };

/** The JWK's `n` and `e` are the certificate's, so the certificate speaks of this key (kms.md §1.3). */
export async function checkKey({ x509: leaf }: Certificate, { n, e }: KmsJwk): Promise<void> {
  const size = base64url.decode(n).length;
  if (size < RSA.minBytes || size > RSA.maxBytes) throw refused('the key is too small or too large');
  let certified: JsonWebKey;
  try {
    const key = await leaf.publicKey.export({ name: 'RSA-OAEP', hash: 'SHA-256' }, ['encrypt']);
    certified = await crypto.subtle.exportKey('jwk', key);
  } catch {
    throw refused("the certificate's key is not RSA");
  }
  if (certified.n !== n || certified.e !== e) throw refused("the key is not the certificate's");
}
