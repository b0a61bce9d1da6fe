import type { EcPublicJwk } from '@cloister/seal';
import type { KmsHost, OrganisationId, UserId } from '@cloister/wire';
import type { Unsubscribe } from '../api/client.ts';
import type { Platform } from '../platform.ts';
import type { Store } from '../store/store.ts';

/** Where a deployment is, and which client this is. `clientSecret` only for clients that can keep one. */
export interface Deployment {
  /** `https://…/u2c/api/v1` */
  readonly catalogue: string;
  /** `https://…/idbroker` */
  readonly oauth: string;
  /** `https://…/identity` */
  readonly identity: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly scope: string;
  /** Own organisation's key server; a discovery answer naming another is refused. */
  readonly kmsHost: KmsHost;
  /** Roots (DER, base64) that its certificate must chain to. */
  readonly kmsRoots: readonly string[];
}

export interface SessionOptions {
  readonly deployment: Deployment;
  readonly store: Store;
  readonly platform?: Platform;
}

/** A bearer token for one audience, and the proof of possession the KMS token needs. */
export interface KmsCredential {
  readonly bearer: string;
  /** `cloister-kms-proof+jwt` over bearer, channel and audience (wires §2). */
  prove(channelJwk: EcPublicJwk): Promise<string>;
}

/**
 * A signed-in person. Holds the full token, which only identity sees, and hands out the three reductions, cached and
 * renewed before they end. Methods reject with `client/not-signed-in` when only signing in again helps.
 */
export interface Session {
  readonly deployment: Deployment;
  readonly personId: UserId;
  readonly organisationId: OrganisationId;
  readonly signedOut: boolean;
  subscribe(listener: () => void): Unsubscribe;
  coreToken(): Promise<string>;
  peopleToken(): Promise<string>;
  kmsCredential(): Promise<KmsCredential>;
  /** The full token itself: for `cloister token` only. */
  fullToken(): Promise<string>;
  /** Tells the session a server refused its newest reduction, so that the next call asks for another. */
  refused(token: string): void;
  /** Revokes at identity and forgets everything in the store. */
  signOut(): Promise<void>;
}
