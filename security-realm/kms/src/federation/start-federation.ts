import type { Metrics } from '@cloister/health';
import type { Log } from '@cloister/logging';
import type { StatusView } from '@cloister/verify';
import { checkWith, federationRealm } from '@cloister/wire';
import type { KmsConfig } from '../config.ts';
import type { RealmStreams } from '../link/realm-streams.ts';
import { isCertificateOf } from '../secrets/is-certificate-of.ts';
import { keyObjectOf, type RealmSecret, type RealmSecrets } from '../secrets/realm-secrets.ts';
import { directoryOf } from './directory.ts';
import { countRequests } from './metrics.ts';
import { noFederation } from './no-federation.ts';
import { type Federation, type FederationParts, openFederation } from './open-federation.ts';
import { TlsCredentials } from './tls/tls-credentials.ts';
import { watchExpiry } from './tls/watch-expiry.ts';

export type StartedParts = Pick<FederationParts, 'database' | 'databaseNow' | 'now'> & {
  readonly config: Pick<KmsConfig, 'kmsHost' | 'organisations' | 'federation'>;
  readonly secrets: Pick<RealmSecrets, 'tlsKey' | 'receiptKey' | 'next'>;
  readonly status: StatusView;
  readonly streams: RealmStreams;
  readonly metrics: Metrics;
  readonly log: Log;
};

/**
 * The way to other realms over the streams of the link, as the configuration has it.
 * @throws CloisterError `config/unreadable`, `config/invalid` with what to do
 */
export const startFederation = async (parts: StartedParts): Promise<Federation> => {
  const { config, secrets, status, streams, metrics, log, now } = parts;
  const { kmsHost, organisations, federation: files } = config;
  if (files === undefined) {
    log.event('federation.off', {});
    return noFederation;
  }
  const { kid, publicJwk } = secrets.receiptKey;
  const realm = checkWith(federationRealm, {
    kmsHost,
    organisationIds: organisations,
    receiptKey: { ...publicJwk, kid },
  });
  const owner = { kmsHost, key: keyObjectOf(tlsKeyOf(secrets, files.certificate)) };
  const credentials = await TlsCredentials.open({ files, owner, log, now });
  const federation = openFederation({
    ...parts,
    realm,
    credentials,
    directory: directoryOf(kmsHost, status, now),
    connect: (to) => streams.connect(to),
  });
  streams.onStream((stream) => void federation.accept(stream));
  const stopWatching = watchExpiry({ credentials, metrics, log, now });
  return {
    ...federation,
    ask: countRequests(metrics, federation.ask),
    close: () => {
      stopWatching();
      federation.close();
    },
  };
};

/** While the key is renewed, that of the certificate: the file is what the owner changes, in one step. */
const tlsKeyOf = ({ tlsKey, next }: StartedParts['secrets'], certificate: string): RealmSecret =>
  next.tls !== undefined && isCertificateOf(certificate, next.tls) ? next.tls : tlsKey;
