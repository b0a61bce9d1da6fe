import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { checkTlsCertificate, rootsFromPem } from '@cloister/certs';
import { CloisterError, type KmsHost } from '@cloister/wire';

/** What this realm shows to others, and the roots it accepts of them. */
export type TlsIdentity = {
  readonly certificatePem: string;
  /** PKCS #8. Secret. */
  readonly keyPem: string;
  readonly rootsPem: string;
  /** The same, DER. */
  readonly roots: readonly Uint8Array[];
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
};

export type TlsTexts = { readonly certificate: string; readonly roots: string };

export type TlsOwner = { readonly kmsHost: KmsHost; readonly key: KeyObject };

/**
 * The realm's certificate as any peer would judge it, but for the time, which may pass and come again.
 * @throws CloisterError `config/invalid` with what is wrong and what to do
 */
export const openTlsIdentity = async (
  texts: TlsTexts,
  { kmsHost, key }: TlsOwner,
  now: number,
): Promise<TlsIdentity> => {
  const wrong = (what: string) =>
    new CloisterError('config/invalid', {
      detail: `federation: ${what}; have a certificate issued for "tlsKey" of the provision file, with the DNS name ${kmsHost}, for servers and clients, by one of the accepted roots`,
    });
  const leaf = readLeaf(texts.certificate);
  if (leaf === null) throw wrong('the file of the certificate holds none');
  if (!leaf.publicKey.equals(createPublicKey(key))) throw wrong("the certificate is not for this realm's TLS key");
  const roots = readRoots(texts.roots);
  if (roots.length === 0) throw wrong('no root is accepted: the release brings none, and federation.roots names none');
  const [validFrom, validTo] = [leaf.validFromDate.getTime(), leaf.validToDate.getTime()];
  const sometime = Math.min(Math.max(now, validFrom), validTo);
  for (const purpose of ['server', 'client'] as const) {
    try {
      await checkTlsCertificate({ certificate: leaf.raw, names: [kmsHost], purpose, roots, now: sometime });
    } catch (error) {
      throw wrong(error instanceof CloisterError ? (error.detail ?? error.code) : 'the certificate cannot be read');
    }
  }
  return {
    certificatePem: leaf.toString(),
    keyPem: key.export({ type: 'pkcs8', format: 'pem' }) as string,
    rootsPem: texts.roots,
    roots,
    validFrom,
    validTo,
  };
};

const readLeaf = (pem: string): X509Certificate | null => {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
};

const readRoots = (pem: string): readonly Uint8Array[] => {
  try {
    return rootsFromPem(pem);
  } catch {
    return [];
  }
};
