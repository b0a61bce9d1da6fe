import { Agent, type ClientRequestArgs } from 'node:http';
import type { Duplex } from 'node:stream';

/** A proved connection, and until when its proof holds, in milliseconds since 1970. */
export type Connection = { readonly socket: Duplex; readonly expiresAt: number };

/** Opens one to a key server, by name. */
export type OpenConnection = (host: string) => Promise<Connection>;

/** Keeps connections between requests; each is opened over a stream of the realm link, never over a network. */
export class PeerAgent extends Agent {
  readonly #open: OpenConnection;
  readonly #expiresAt = new WeakMap<Duplex, number>();

  constructor(open: OpenConnection, { idleMs, most }: { readonly idleMs: number; readonly most: number }) {
    super({ keepAlive: true, timeout: idleMs, maxSockets: most, maxFreeSockets: most });
    this.#open = open;
  }

  /** Ends those of the connections that wait for a request whose proof holds no longer. */
  endExpired(now: number): void {
    for (const socket of Object.values(this.freeSockets).flat()) {
      if (socket !== undefined && (this.#expiresAt.get(socket) ?? 0) < now) socket.destroy();
    }
  }

  override createConnection(
    { host }: ClientRequestArgs,
    done: (error: Error | null, stream: Duplex) => void = () => {},
  ): undefined {
    this.#open(host ?? '').then(
      ({ socket, expiresAt }) => {
        this.#expiresAt.set(socket, expiresAt);
        done(null, socket);
      },
      // Node's own agents pass no stream with an error either.
      (error: Error) => (done as (error: Error) => void)(error),
    );
  }
}
