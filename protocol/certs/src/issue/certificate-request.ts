import { loadX509 } from '../load-x509.ts';

/** What a certificate is asked for. */
export interface CertificateRequestOptions {
  /** The first is the subject's common name too, which some authorities want. */
  readonly dnsNames: readonly string[];
  /** RSA or P-256. Secret: it signs the request, as proof that the asker has it. */
  readonly privateJwk: JsonWebKey;
}

const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
const p256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A certification request for a key that its server keeps, as PEM. @see {@link https://www.rfc-editor.org/rfc/rfc2986 RFC 2986} */
export async function certificateRequest({ dnsNames, privateJwk }: CertificateRequestOptions): Promise<string> {
  const x509 = await loadX509();
  const algorithm = privateJwk.kty === 'RSA' ? rsa : p256;
  const { alg: _, key_ops: __, ext: ___, ...bare } = privateJwk;
  const publicJwk =
    bare.kty === 'RSA'
      ? { kty: bare.kty, n: bare.n, e: bare.e }
      : { kty: bare.kty, crv: bare.crv, x: bare.x, y: bare.y };
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [dnsNames[0] ?? ''] }],
    keys: {
      publicKey: await crypto.subtle.importKey('jwk', publicJwk as JsonWebKey, algorithm, true, ['verify']),
      privateKey: await crypto.subtle.importKey('jwk', bare, algorithm, false, ['sign']),
    },
    signingAlgorithm: algorithm,
    extensions: [new x509.SubjectAlternativeNameExtension(dnsNames.map((value) => ({ type: 'dns' as const, value })))],
  });
  return request.toString('pem');
}
