import { X509Certificate } from 'node:crypto';
import { describeCertificate, publishKmsKey } from '@cloister/certs';
import type { PublicJwk } from '@cloister/seal';
import { CloisterError, type KmsDiscovery, type KmsHost } from '@cloister/wire';

/**
 * What clients discover (kms.md §1.1, §1.3; R301): the static key with its chain, as a JSON string without `use` and `alg`.
 * @throws CloisterError `config/invalid` when the leaf is of another key or host, or breaks a rule that every client keeps to
 */
export const discoveryOf = async (kmsHost: KmsHost, staticKey: PublicJwk, chainPem: string): Promise<KmsDiscovery> => {
  if (staticKey.kty !== 'RSA') throw new CloisterError('seal/invalid-key');
  const leaf = readLeaf(chainPem);
  const { n, e } = leaf.publicKey.export({ format: 'jwk' });
  if (n !== staticKey.n || e !== staticKey.e) throw wrong("the certificate is not for this key server's static key");
  if (leaf.checkHost(kmsHost, { subject: 'never', wildcards: false }) === undefined)
    throw wrong(`the certificate does not name ${kmsHost}`);
  const [fault] = await faultsOf(leaf);
  if (fault !== undefined) throw wrong(`the certificate ${fault}`);
  const published = await publishKmsKey({ kmsHost, jwk: staticKey, chainPem });
  return { kmsCluster: `kms://${kmsHost}`, rsaPublicKey: JSON.stringify(published) };
};

const wrong = (detail: string): CloisterError => new CloisterError('config/invalid', { detail });

const faultsOf = ({ raw }: X509Certificate): Promise<readonly string[]> =>
  describeCertificate(raw).then(
    ({ faults }) => faults,
    () => ['is not written as RFC 5280 and strict DER demand'],
  );

const readLeaf = (pem: string): X509Certificate => {
  try {
    return new X509Certificate(pem);
  } catch {
    throw wrong('the file of certificates holds none');
  }
};
