import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { issueServerCertificate, makeRoot } from '@cloister/certs';
import { WebSocket, WebSocketServer } from 'ws';
import { type Handling, straight } from './fate.ts';
import { Link } from './link.ts';

/** Where the relay passes on to. */
export interface Upstream {
  /** Of the core's realm link. */
  readonly url: string;
  /** PEM file of the root that the door is certified by. */
  readonly root: string;
}

/**
 * Stands between a key server and the core, ends the TLS of both and sees whole messages of the realm link: each is passed
 * on, late, twice or never, as `handling` says; pings go through, since who stands still must be found out.
 */
export class MessageRelay {
  /** PEM of the root that the relay's own certificate is from: the key server has to accept it beside the door's. */
  readonly rootPem: string;
  handling: Handling = straight;
  upstream: Upstream | undefined;
  readonly #server: Server;
  readonly #links = new Set<Link>();

  private constructor(rootPem: string, server: Server) {
    this.rootPem = rootPem;
    this.#server = server;
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, autoPong: false });
    server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => {});
      const far = this.#dial(request.headers.authorization);
      far.on('error', () => socket.destroy());
      far.on('open', () =>
        sockets.handleUpgrade(request, socket, head, (near) => {
          const link: Link = new Link({
            near,
            far,
            fateOf: (message) => this.handling(message),
            over: () => this.#links.delete(link),
          });
          this.#links.add(link);
        }),
      );
      socket.on('close', () => far.terminate());
    });
  }

  /** Listens at this address of the host, as `core.localhost`. */
  static async open(host: string): Promise<MessageRelay> {
    const now = new Date();
    const root = await makeRoot({ commonName: 'root of the relay', now });
    const { certificatePem, privateKeyPem } = await issueServerCertificate({ root, dnsNames: ['core.localhost'], now });
    const server = createServer({ cert: certificatePem, key: privateKeyPem });
    server.listen({ host, port: 0 });
    await once(server, 'listening');
    return new MessageRelay(root.certificatePem, server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Everything goes straight through again, what was held back at once. */
  heal(): void {
    this.handling = straight;
    for (const link of this.#links) link.flush();
  }

  /** Ends every connection, as a network does that resets them. */
  reset(): void {
    for (const link of this.#links) link.end();
  }

  close(): void {
    this.reset();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #dial(authorization: string | undefined): WebSocket {
    if (this.upstream === undefined) throw new Error('there is no core yet');
    const { url, root } = this.upstream;
    return new WebSocket(url, {
      perMessageDeflate: false,
      autoPong: false,
      ca: readFileSync(root),
      lookup: (_hostname, { all }, callback) =>
        all === true ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4),
      headers: authorization === undefined ? {} : { authorization },
    });
  }
}

export type { Handling };
