import type { Duplex } from 'node:stream';
import type { Database, Queries } from '@cloister/database';
import type { Log } from '@cloister/logging';
import {
  CloisterError,
  type FederationRealm,
  federationRealm,
  type KmsHost,
  type PeerReceiptKey,
} from '@cloister/wire';
import type { AskPeer } from './client/peer-request.ts';
import type { Directory } from './directory.ts';
import { type FederationLimits, federationLimits } from './federation-limits.ts';
import { PeerHttp } from './http/peer-http.ts';
import { realmRoute } from './http/realm-route.ts';
import type { Route } from './http/route.ts';
import { PeerClient } from './peer-client.ts';
import { PeerServer } from './peer-server.ts';
import type { PeerView } from './peers/peer-view.ts';
import { Peers } from './peers/peers.ts';
import type { TlsCredentials } from './tls/tls-credentials.ts';

export type FederationParts = {
  /** What this realm tells of itself. */
  readonly realm: FederationRealm;
  readonly credentials: TlsCredentials;
  readonly directory: Directory;
  /** A stream to another realm, through the core. */
  readonly connect: (kmsHost: KmsHost) => Duplex;
  readonly database: Database;
  readonly databaseNow: (queries: Queries) => Promise<Date>;
  readonly limits?: Partial<FederationLimits>;
  readonly retryMs?: number;
  readonly log: Log;
  readonly now: () => Date;
};

/** The way of one key server to another, and back (wires.md §13). */
export type Federation = {
  /** Takes a stream that another realm opened. */
  readonly accept: (stream: Duplex) => Promise<void>;
  /** What other realms may ask beside who this is. */
  readonly offer: (routes: readonly Route[]) => void;
  /** Asks another realm's key server. */
  readonly ask: AskPeer;
  /** Meets a key server, and keeps the receipt key it tells. */
  readonly meet: (kmsHost: KmsHost) => Promise<FederationRealm>;
  /** A peer's receipt key by its name; a name that is new is asked for. */
  readonly receiptKeyOf: (kmsHost: KmsHost, kid: string) => Promise<PeerReceiptKey>;
  readonly peers: () => Promise<PeerView[]>;
  /** Ends all connections; others are opened when they are needed. */
  readonly disconnect: () => void;
  readonly close: () => void;
};

export const openFederation = (parts: FederationParts): Federation => {
  const { realm, credentials } = parts;
  const limits = { ...federationLimits, ...parts.limits };
  const peers = new Peers(parts);
  const http = new PeerHttp({ ...parts, limits, kmsHost: realm.kmsHost });
  const offer = (routes: readonly Route[]) => http.offer([realmRoute(realm), ...routes]);
  offer([]);
  const server = new PeerServer({ ...parts, limits, peers, http });
  const client = new PeerClient({ ...parts, limits, peers });
  const disconnect = () => {
    http.endAll();
    client.endAll();
  };
  credentials.onNewRoots(disconnect);
  const ask: AskPeer = (kmsHost, request) => client.request(kmsHost, request);
  const meet = (kmsHost: KmsHost) => meetPeer(ask, peers, kmsHost);
  return {
    accept: (stream) => server.accept(stream),
    offer,
    ask,
    meet,
    receiptKeyOf: async (kmsHost, kid) => {
      const known = await peers.receiptKey(kmsHost, kid);
      if (known !== null) return known;
      const { receiptKey } = await meet(kmsHost);
      if (receiptKey.kid === kid) return receiptKey;
      throw new CloisterError('kms/peer-untrusted', { detail: 'it does not know the receipt key of that name' });
    },
    peers: () => peers.list(),
    disconnect,
    close: () => {
      http.close();
      client.endAll();
    },
  };
};

const meetPeer = async (ask: AskPeer, peers: Peers, kmsHost: KmsHost): Promise<FederationRealm> => {
  const request = { method: 'GET', path: '/federation/v1/realm', answer: federationRealm } as const;
  const answer = await ask(kmsHost, request);
  if (answer.isRefused) throw new CloisterError('kms/peer-refused', { detail: answer.code });
  if (answer.value.kmsHost !== kmsHost) throw new CloisterError('kms/peer-broken', { detail: 'it has another name' });
  await peers.keepReceiptKey(kmsHost, answer.value.receiptKey);
  return answer.value;
};
