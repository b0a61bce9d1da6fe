import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Log } from '@cloister/logging';
import { CloisterError } from '@cloister/wire';
import type { Directory } from './directory.ts';
import type { FederationLimits } from './federation-limits.ts';
import type { PeerHttp } from './http/peer-http.ts';
import type { Peers } from './peers/peers.ts';
import { acceptTls } from './tls/accept-tls.ts';
import { judgePeer, type ProvenPeer } from './tls/judge-peer.ts';
import { asPeerFault } from './tls/peer-fault.ts';
import type { TlsCredentials } from './tls/tls-credentials.ts';
import type { TlsIdentity } from './tls/tls-identity.ts';

export type PeerServerOptions = {
  readonly credentials: TlsCredentials;
  readonly directory: Directory;
  readonly peers: Pick<Peers, 'note'>;
  readonly http: Pick<PeerHttp, 'serve' | 'refuse'>;
  readonly limits: FederationLimits;
  readonly log: Log;
  readonly now: () => Date;
};

/** Takes the streams that other realms open: who is at the other end is proved before a byte reaches a handler. */
export class PeerServer {
  readonly #options: PeerServerOptions;

  constructor(options: PeerServerOptions) {
    this.#options = options;
  }

  /** Resolves when the connection is handed on, or refused. */
  async accept(stream: Duplex): Promise<void> {
    const { credentials, limits, http, log } = this.#options;
    try {
      const identity = await credentials.current();
      const socket = await acceptTls(stream, identity, limits.handshakeMs);
      const peer = await this.#prove(socket, identity);
      if (peer !== null) http.serve(socket, peer);
    } catch (error) {
      log.failure('peer.not-accepted', asPeerFault(error));
      stream.destroy();
    }
  }

  /** Null when who passed TLS is refused all the same. */
  async #prove(socket: TLSSocket, identity: TlsIdentity): Promise<ProvenPeer | null> {
    const { credentials, directory, peers, http, log, now } = this.#options;
    try {
      const judging = { directory, roots: identity.roots, now: now().getTime(), purpose: 'client' } as const;
      const peer = await judgePeer(socket, { ...judging, expected: null });
      await peers.note(peer);
      if (!credentials.stillAccepts(identity)) throw new CloisterError('kms/peer-untrusted');
      return peer;
    } catch (error) {
      const fault = asPeerFault(error);
      log.failure('peer.refused', fault);
      http.refuse(socket, new CloisterError(fault.code));
      return null;
    }
  }
}
