import { maxFederationBytes } from '@cloister/wire';

/** What one key server bears of another, whatever that does. Times in milliseconds. */
export type FederationLimits = {
  /** For the handshake, from the stream's first moment. */
  readonly handshakeMs: number;
  /** For a request's headers, from the connection's or the last answer's first moment. */
  readonly headersMs: number;
  /** For a request with its answer. */
  readonly requestMs: number;
  /** How long an unused connection is kept; by who calls half as long, so that nobody calls over one that ends. */
  readonly idleMs: number;
  /** How often connections are looked at for the first two. */
  readonly lookMs: number;
  readonly bodyBytes: number;
  readonly headerBytes: number;
  /** Connections of one realm to this node, and of this node to one realm. */
  readonly connectionsFrom: number;
  readonly connectionsTo: number;
  /** Requests of one realm to this node. */
  readonly requests: { readonly perSecond: number; readonly burst: number };
};

/** wires.md §13: "≤ 1 MiB a body, 20 s a request". */
export const federationLimits: FederationLimits = {
  handshakeMs: 10_000,
  headersMs: 5_000,
  requestMs: 20_000,
  idleMs: 60_000,
  lookMs: 1_000,
  bodyBytes: maxFederationBytes,
  headerBytes: 8 * 1024,
  connectionsFrom: 32,
  connectionsTo: 6,
  requests: { perSecond: 200, burst: 1_000 },
};
