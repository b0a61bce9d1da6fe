import type { KmsCertificateInput, TrustedKmsKey } from '@cloister/certs';
import { CloisterError, parseKmsDiscovery, readJson } from '@cloister/wire';
import { systemRoots } from '#system-roots';
import type { HttpClient } from '../http/http-client.ts';
import type { Deployment } from '../session/session.ts';

/**
 * Asks the core for the own key server's static key and accepts it only with a certificate under the organisation's roots,
 * those it was told or, in Node, those of the system's store (R304),
 * that names its key server and, once it proved one, a domain of the organisation: the core cannot put another in its
 * place, and neither can who holds a certificate for the host alone (kms.md §1.3, R301, threats row 8).
 */
export const discoverKmsKey = async (options: {
  readonly http: HttpClient;
  /** The encryption service's, from the catalogue. */
  readonly address: () => Promise<string>;
  readonly personId: string;
  readonly deployment: Deployment;
  /** The organisation's, as identity tells them; none while it has proved none. */
  readonly domains: () => Promise<readonly string[]>;
  readonly now: () => number;
}): Promise<TrustedKmsKey> => {
  const { kmsHost, kmsRoots } = options.deployment;
  const url = `${await options.address()}/kms/${options.personId}`;
  const [discovery, domains] = await Promise.all([
    options.http.json({ method: 'GET', url, retries: 2 }),
    options.domains(),
  ]);
  const { kmsCluster, rsaPublicKey } = parseKmsDiscovery(discovery);
  if (kmsCluster !== `kms://${kmsHost}`) {
    throw new CloisterError('kms/invalid-certificate', { detail: 'discovery names another key server' });
  }
  const key = { jwk: readJson(rsaPublicKey, 64 * 1024), kmsHost, now: options.now(), domains };
  return checkKey({ ...key, roots: kmsRoots.map(derOf) }).catch((fault: unknown) => {
    // R304: "honours any root in the client trust store"; read only when it is needed, since that takes a while.
    const others = systemRoots();
    if (others.length === 0) throw fault;
    return checkKey({ ...key, roots: [...kmsRoots, ...others].map(derOf) });
  });
};

const derOf = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

const checkKey = async ({
  domains,
  ...input
}: Omit<KmsCertificateInput, 'domain'> & { domains: readonly string[] }) => {
  // X.509 is heavy and needed once a session: it loads when it is.
  const { checkKmsCertificate } = await import('@cloister/certs');
  const trusted = await checkKmsCertificate(input);
  if (domains.length === 0) return trusted;
  for (const domain of domains) {
    const named = await checkKmsCertificate({ ...input, domain }).catch(() => undefined);
    if (named !== undefined) return named;
  }
  throw new CloisterError('kms/invalid-certificate', {
    detail: `The key server's certificate names none of the organisation's domains: ${domains.slice(0, 5).join(', ')}.`,
  });
};
