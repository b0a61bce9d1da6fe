import type { TrustedKmsKey } from '@cloister/certs';
import { CloisterError, parseKmsDiscovery, readJson } from '@cloister/wire';
import type { HttpClient } from '../http/http-client.ts';
import type { Deployment } from '../session/session.ts';

/**
 * Asks the core for the own key server's static key and accepts it only with a certificate for the organisation's key
 * server under the organisation's roots: the core cannot put another in its place (kms.md §1.3, threats row 8).
 */
export const discoverKmsKey = async (options: {
  readonly http: HttpClient;
  /** The encryption service's, from the catalogue. */
  readonly address: () => Promise<string>;
  readonly personId: string;
  readonly deployment: Deployment;
  readonly now: () => number;
}): Promise<TrustedKmsKey> => {
  const { kmsHost, kmsRoots } = options.deployment;
  const url = `${await options.address()}/kms/${options.personId}`;
  const { kmsCluster, rsaPublicKey } = parseKmsDiscovery(await options.http.json({ method: 'GET', url, retries: 2 }));
  if (kmsCluster !== `kms://${kmsHost}`) {
    throw new CloisterError('kms/invalid-certificate', { detail: 'discovery names another key server' });
  }
  // X.509 is heavy and needed once a session: it loads when it is.
  const { checkKmsCertificate } = await import('@cloister/certs');
  return checkKmsCertificate({
    jwk: readJson(rsaPublicKey, 64 * 1024),
    kmsHost,
    roots: kmsRoots.map((root) => Uint8Array.from(atob(root), (character) => character.charCodeAt(0))),
    now: options.now(),
  });
};
