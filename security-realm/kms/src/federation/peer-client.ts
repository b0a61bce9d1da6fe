import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '@cloister/logging';
import { CloisterError, isKmsHost, type KmsHost } from '@cloister/wire';
import { type Connection, PeerAgent } from './client/peer-agent.ts';
import type { PeerAnswer, PeerRequest } from './client/peer-request.ts';
import { sendRequest } from './client/send-request.ts';
import { Turns } from './client/turns.ts';
import type { Directory } from './directory.ts';
import type { FederationLimits } from './federation-limits.ts';
import type { Peers } from './peers/peers.ts';
import { connectTls } from './tls/connect-tls.ts';
import { judgePeer } from './tls/judge-peer.ts';
import { asPeerFault } from './tls/peer-fault.ts';
import type { TlsCredentials } from './tls/tls-credentials.ts';

export type PeerClientOptions = {
  readonly credentials: TlsCredentials;
  readonly directory: Directory;
  readonly peers: Pick<Peers, 'note'>;
  /** A stream to the realm, through the core. */
  readonly connect: (kmsHost: KmsHost) => Duplex;
  readonly limits: FederationLimits;
  readonly log: Log;
  readonly now: () => Date;
  /** Before another try to connect. */
  readonly retryMs?: number;
};

const TRIES = 3;

/** Asks other realms' key servers over connections that it keeps. */
export class PeerClient {
  readonly #options: PeerClientOptions;
  readonly #turns = new Map<KmsHost, Turns>();
  #agent: PeerAgent;

  constructor(options: PeerClientOptions) {
    this.#options = options;
    this.#agent = this.#newAgent();
  }

  /**
   * Asks a key server of the directory. What never left is tried again; what may have arrived is not, since only who asks
   * knows whether it may be asked twice.
   * @throws CloisterError `kms/peer-unknown` (before anything is opened), `kms/peer-unreachable`, `kms/peer-lost` (it may have
   *   arrived), `kms/peer-refused` (in TLS), `kms/peer-untrusted`, `kms/peer-broken`, `kms/no-federation`, `kms/unavailable`
   */
  async request<T>(kmsHost: KmsHost, request: PeerRequest<T>): Promise<PeerAnswer<T>> {
    this.#requireKnown(kmsHost);
    const { limits } = this.#options;
    const signal = AbortSignal.timeout(limits.requestMs);
    const turns = this.#turns.get(kmsHost) ?? new Turns(limits.connectionsTo);
    this.#turns.set(kmsHost, turns);
    try {
      return await turns.run(signal, () => this.#try(kmsHost, request, signal));
    } catch (error) {
      const fault = asPeerFault(error);
      // Whoever answered in its place is the core's doing, or that of somebody with a root: it must not pass unseen.
      if (fault.code === 'kms/peer-untrusted') this.#options.log.failure('peer.not-proven', fault, { kmsHost });
      throw fault;
    } finally {
      if (turns.isIdle) this.#turns.delete(kmsHost);
    }
  }

  /** Ends all connections; the next request opens another. */
  endAll(): void {
    this.#agent.destroy();
    this.#agent = this.#newAgent();
  }

  async #try<T>(kmsHost: KmsHost, request: PeerRequest<T>, signal: AbortSignal): Promise<PeerAnswer<T>> {
    const { limits, now, retryMs = 200 } = this.#options;
    this.#agent.endExpired(now().getTime());
    for (let left = TRIES; ; left -= 1) {
      const sent = await sendRequest(kmsHost, request, { agent: this.#agent, signal, ...limits });
      if ('answer' in sent) return sent.answer;
      const mayPass = !sent.hasLeft && ['kms/peer-unreachable', 'kms/peer-lost'].includes(sent.fault.code);
      if (!mayPass || left === 1 || signal.aborted) throw sent.fault;
      await pause(retryMs, undefined, { signal });
    }
  }

  /** threats row 15: nobody is called whom identity did not name. */
  #requireKnown(kmsHost: KmsHost): void {
    if (!isKmsHost(kmsHost) || this.#options.directory.realm(kmsHost) === null) {
      throw new CloisterError('kms/peer-unknown');
    }
  }

  #newAgent(): PeerAgent {
    const { idleMs, connectionsTo } = this.#options.limits;
    return new PeerAgent((host) => this.#open(host as KmsHost), { idleMs: idleMs / 2, most: connectionsTo });
  }

  async #open(kmsHost: KmsHost): Promise<Connection> {
    const { credentials, connect, directory, peers, limits, now } = this.#options;
    const identity = await credentials.current();
    const socket = await connectTls(connect(kmsHost), kmsHost, identity, limits.handshakeMs);
    try {
      const judging = { directory, roots: identity.roots, now: now().getTime(), purpose: 'server' } as const;
      const peer = await judgePeer(socket, { ...judging, expected: kmsHost });
      await peers.note(peer);
      if (!credentials.stillAccepts(identity)) throw new CloisterError('kms/peer-untrusted');
      // It may have ended meanwhile, and nobody would hear of that any more.
      if (socket.destroyed) throw new CloisterError('kms/peer-unreachable');
      return { socket, expiresAt: peer.expiresAt };
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }
}
