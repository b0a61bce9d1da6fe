import { Addresses } from './http/addresses.ts';
import { HttpClient } from './http/http-client.ts';
import { ownDomains } from './kms/own-domains.ts';
import { discoverKmsKey } from './kms/trusted-key.ts';
import { globalPlatform, type Platform } from './platform.ts';
import type { Session } from './session/session.ts';
import { memoryStore } from './store/memory-store.ts';

/** What the own key server's certificate proves. */
export interface KeyServerCertificate {
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/**
 * Asks for the own key server's certificate and checks it as every handshake does: for `cloister doctor`.
 * @throws CloisterError `kms/invalid-certificate` with a sentence
 */
export const inspectKeyServer = async (
  session: Session,
  platform: Platform = globalPlatform,
): Promise<KeyServerCertificate> => {
  const refused = (token: string) => session.refused(token);
  const http = new HttpClient({ platform, token: () => session.coreToken(), refused });
  const addresses = new Addresses(http, session.deployment.catalogue);
  const { deployment, personId } = session;
  const address = () => addresses.of('encryption');
  const people = new HttpClient({ platform, token: () => session.peopleToken(), refused });
  const domains = () => ownDomains({ http: people, identity: deployment.identity, store: memoryStore() });
  const { host, expiresAt } = await discoverKmsKey({ http, address, personId, deployment, domains, now: platform.now });
  return { host, expiresAt };
};
