import type { Duplex } from 'node:stream';
import type { Log } from '@cloister/logging';
import { type HelloFrame, parseRealmFrame, type RealmFrame } from '@cloister/wire';
import type { WebSocket } from 'ws';
import type { RealmLink } from './realm-link.ts';
import { RealmNode } from './realm-node.ts';

export interface RealmSocketsOptions {
  readonly link: RealmLink;
  /** A realm's process has introduced itself; called before it is used. */
  readonly greeted: (hello: HelloFrame) => Promise<void>;
  /** It is in use now. */
  readonly connected: (kmsHost: string) => void;
  readonly now: () => number;
  readonly log: Log;
}

/** docs/wires.md §4: pings every 10 s both ways, dead after 30 s. */
const dead = 30_000;

/** The websockets that realms opened: each is one process of one realm, authenticated before it got here. */
export class RealmSockets {
  readonly #options: RealmSocketsOptions;
  readonly #open = new Set<WebSocket>();

  constructor(options: RealmSocketsOptions) {
    this.#options = options;
  }

  open(ws: WebSocket, stream: Duplex, kmsHost: string): void {
    let node: RealmNode | undefined;
    this.#open.add(ws);
    ws.on('message', (data) => {
      const frame = this.#parse(ws, data as Buffer, kmsHost);
      if (node !== undefined) node.heardAt = this.#options.now();
      if (frame === undefined) return;
      if (node !== undefined) return this.#options.link.receive(node, frame);
      // docs/wires.md §4: hello comes first, and names the realm that the token proved.
      if (frame.type !== 'hello' || frame.kmsHost !== kmsHost) return ws.close(4400);
      node = new RealmNode(frame.node, kmsHost, ws, stream, this.#options.now());
      void this.#welcome(node, frame, ws);
    });
    const heard = () => {
      if (node !== undefined) node.heardAt = this.#options.now();
    };
    ws.on('pong', heard);
    ws.on('ping', heard);
    ws.on('error', () => undefined);
    ws.on('close', () => {
      this.#open.delete(ws);
      if (node === undefined) return;
      this.#options.link.disconnected(node);
      this.#options.log.event('realm.disconnected', { kmsHost, nodeId: node.id });
    });
  }

  /** To be called every 10 s. */
  sweep(): void {
    const now = this.#options.now();
    for (const node of this.#options.link.nodes.all()) {
      if (now - node.heardAt > dead) node.terminate();
      else node.ping();
    }
  }

  closeAll(): void {
    for (const ws of this.#open) ws.close(1001);
  }

  terminateAll(): void {
    for (const ws of this.#open) ws.terminate();
  }

  async #welcome(node: RealmNode, hello: HelloFrame, ws: WebSocket): Promise<void> {
    const { greeted, link, connected, log } = this.#options;
    const { kmsHost, id: nodeId } = node;
    try {
      await greeted(hello);
      if (ws.readyState !== ws.OPEN) return;
      link.connected(node);
      log.event('realm.connected', { kmsHost, nodeId });
      connected(kmsHost);
    } catch (error) {
      log.failure('realm.not-welcomed', error, { kmsHost, nodeId });
      ws.close(1011);
    }
  }

  #parse(ws: WebSocket, data: Buffer, kmsHost: string): RealmFrame | undefined {
    try {
      return parseRealmFrame(data);
    } catch (error) {
      this.#options.log.failure('realm.bad-frame', error, { kmsHost });
      ws.close(4400);
      return undefined;
    }
  }
}
