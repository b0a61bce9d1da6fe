import { loadX509 } from './load-x509.ts';

/** The DER of every certificate in a PEM text, for `roots`. */
export async function rootsFromPem(pem: string): Promise<readonly Uint8Array[]> {
  const x509 = await loadX509();
  return x509.PemConverter.decode(pem).map((der) => new Uint8Array(der));
}
