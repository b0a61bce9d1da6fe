import { X509Certificate } from 'node:crypto';
import { publishKmsKey } from '@cloister/certs';
import type { PublicJwk } from '@cloister/seal';
import { CloisterError, type KmsDiscovery, type KmsHost } from '@cloister/wire';

/**
 * What clients discover (kms.md §1.1, §1.3; R301): the static key with its chain, as a JSON string without `use` and `alg`.
 * @throws CloisterError `config/invalid` when the leaf is of another key or host, which every client would refuse
 */
export const discoveryOf = async (kmsHost: KmsHost, staticKey: PublicJwk, chainPem: string): Promise<KmsDiscovery> => {
  if (staticKey.kty !== 'RSA') throw new CloisterError('seal/invalid-key');
  const leaf = readLeaf(chainPem);
  const { n, e } = leaf.publicKey.export({ format: 'jwk' });
  if (n !== staticKey.n || e !== staticKey.e) throw wrong("the certificate is not for this key server's static key");
  if (leaf.checkHost(kmsHost, { subject: 'never' }) === undefined)
    throw wrong(`the certificate does not name ${kmsHost}`);
  const published = await publishKmsKey({ kmsHost, jwk: staticKey, chainPem });
  return { kmsCluster: `kms://${kmsHost}`, rsaPublicKey: JSON.stringify(published) };
};

const wrong = (detail: string): CloisterError => new CloisterError('config/invalid', { detail });

const readLeaf = (pem: string): X509Certificate => {
  try {
    return new X509Certificate(pem);
  } catch {
    throw wrong('the file of certificates holds none');
  }
};
