import type { Duplex } from 'node:stream';
import type { Log } from '@cloister/logging';
import { CloisterError, type HelloFrame, isStreamFrame, parseRealmFrame, type RealmFrame } from '@cloister/wire';
import type { WebSocket } from 'ws';
import type { ProvenRealm } from '../joined-realms.ts';
import type { RealmLink } from './realm-link.ts';
import { RealmNode } from './realm-node.ts';
import type { StreamRelay } from './stream-relay.ts';

export interface RealmSocketsOptions {
  readonly link: RealmLink;
  readonly streams: StreamRelay;
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
  /** What ends each, once its realm's key stands no more. */
  readonly #endings = new Map<ProvenRealm, () => void>();

  constructor(options: RealmSocketsOptions) {
    this.#options = options;
  }

  open(ws: WebSocket, stream: Duplex, realm: ProvenRealm): void {
    const { kmsHost } = realm;
    const { link, streams, now, log } = this.#options;
    let node: RealmNode | undefined;
    let givenUp = false;
    const leave = () => {
      if (node === undefined) return;
      link.disconnected(node);
      streams.lost(node);
    };
    const heard = () => {
      if (node !== undefined) node.heardAt = now();
    };
    const giveUp = (code: number) => {
      // Who does not keep to the rules is heard no more, and is nobody's node from now on.
      givenUp = true;
      leave();
      ws.close(code);
    };
    this.#open.add(ws);
    this.#endings.set(realm, () => giveUp(4401));
    ws.on('message', (data, isBinary) => {
      if (givenUp) return;
      heard();
      try {
        if (node === undefined) node = this.#greet(ws, stream, kmsHost, parseRealmFrame(data as Buffer));
        else if (isBinary) streams.receiveBytes(node, data as Buffer);
        else this.#receive(node, parseRealmFrame(data as Buffer));
      } catch (error) {
        log.failure('realm.bad-frame', error, { kmsHost });
        giveUp(4400);
      }
    });
    ws.on('pong', heard);
    ws.on('ping', heard);
    ws.on('error', () => undefined);
    ws.on('close', () => {
      this.#open.delete(ws);
      this.#endings.delete(realm);
      if (node === undefined) return;
      leave();
      log.event('realm.disconnected', { kmsHost, nodeId: node.id });
    });
    // It may have been withdrawn since its token was looked at.
    if (!realm.isStanding()) giveUp(4401);
  }

  /** Ends the links of realms that were withdrawn, and those whose key is not the realm's any more. */
  recheck(): void {
    for (const [realm, end] of this.#endings) {
      if (realm.isStanding()) continue;
      this.#options.log.event('realm.not-standing', { kmsHost: realm.kmsHost });
      end();
    }
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

  /** docs/wires.md §4: hello comes first, and names the realm that the token proved. */
  #greet(ws: WebSocket, stream: Duplex, kmsHost: string, hello: RealmFrame): RealmNode {
    if (hello.type !== 'hello' || hello.kmsHost !== kmsHost) throw new CloisterError('wire/invalid-message');
    const node = new RealmNode(hello.node, hello.kmsHost, ws, stream, this.#options.now());
    void this.#welcome(node, hello, ws);
    return node;
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

  #receive(node: RealmNode, frame: RealmFrame): void {
    if (isStreamFrame(frame)) this.#options.streams.receive(node, frame);
    else this.#options.link.receive(node, frame);
  }
}
