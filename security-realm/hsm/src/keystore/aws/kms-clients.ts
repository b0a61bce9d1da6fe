import type { KMSClient } from '@aws-sdk/client-kms';
import type { Principals } from './principals.ts';
import type { Sdk } from './sdk.ts';

/** How long we try to reach Amazon. */
export type CallLimits = {
  /** Attempts of the SDK's at one call; between them it waits longer and longer. */
  readonly attempts: number;
  readonly connectMs: number;
  /** For one attempt. */
  readonly answerMs: number;
};

export type KmsClientsOptions = {
  readonly sdk: Sdk;
  readonly principals: Principals;
  readonly endpoint: string | undefined;
  readonly limits: CallLimits;
};

/** Regions of one organisation that are in use at a time; one is usual. */
const REGIONS = 4;

/** A client for each organisation and region, with that organisation's credential and no other (R068). */
export class KmsClients {
  readonly #options: KmsClientsOptions;
  readonly #clients = new Map<string, Map<string, KMSClient>>();

  constructor(options: KmsClientsOptions) {
    this.#options = options;
  }

  /** Throws `hsm/no-aws`, `hsm/credential-fault`. */
  client(organisationId: string, region: string): KMSClient {
    const own = this.#clients.get(organisationId) ?? new Map<string, KMSClient>();
    const client = own.get(region) ?? this.#make(organisationId, region);
    // The one used last is the last in the map; the first goes when there are too many.
    own.delete(region);
    own.set(region, client);
    this.#clients.set(organisationId, own);
    const [oldest] = own.keys();
    if (own.size > REGIONS && oldest !== undefined) {
      own.get(oldest)?.destroy();
      own.delete(oldest);
    }
    return client;
  }

  /** Lets the organisation's credential be read anew at the next use. */
  forget(organisationId: string): void {
    for (const client of this.#clients.get(organisationId)?.values() ?? []) client.destroy();
    this.#clients.delete(organisationId);
  }

  close(): void {
    for (const organisationId of [...this.#clients.keys()]) this.forget(organisationId);
  }

  #make(organisationId: string, region: string): KMSClient {
    const { sdk, principals, endpoint, limits } = this.#options;
    return new sdk.KMSClient({
      region,
      credentials: principals.accessKey(organisationId),
      ...(endpoint === undefined ? {} : { endpoint }),
      // The configuration says where KEKs go, and not an environment variable or a file in somebody's home.
      ignoreConfiguredEndpointUrls: true,
      maxAttempts: limits.attempts,
      retryMode: 'standard',
      requestHandler: {
        connectionTimeout: limits.connectMs,
        requestTimeout: limits.answerMs,
        throwOnRequestTimeout: true,
      },
    });
  }
}
