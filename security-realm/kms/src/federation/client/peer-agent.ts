import { Agent, type ClientRequestArgs } from 'node:http';
import type { Duplex } from 'node:stream';

/** Opens a proved connection to a key server, by name. */
export type OpenConnection = (host: string) => Promise<Duplex>;

/** Keeps connections between requests; each is opened over a stream of the realm link, never over a network. */
export class PeerAgent extends Agent {
  readonly #open: OpenConnection;

  constructor(open: OpenConnection, { idleMs, most }: { readonly idleMs: number; readonly most: number }) {
    super({ keepAlive: true, timeout: idleMs, maxSockets: most, maxFreeSockets: most });
    this.#open = open;
  }

  override createConnection(
    { host }: ClientRequestArgs,
    done: (error: Error | null, stream: Duplex) => void = () => {},
  ): undefined {
    this.#open(host ?? '').then(
      (stream) => done(null, stream),
      // Node's own agents pass no stream with an error either.
      (error: Error) => (done as (error: Error) => void)(error),
    );
  }
}
