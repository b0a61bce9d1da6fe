import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CoreFrame } from '@cloister/wire';
import { WebSocket, WebSocketServer } from 'ws';
import type { Surroundings } from '../surroundings/hand-over.ts';
import { StreamTap } from './stream-tap.ts';

/** What is wrong with a realm: a receipt that is missing, an answer that comes twice, a list that never grows newer. */
export type Fault = 'no-receipt' | 'twice' | 'old-lists';

/** Stands between a realm and its core, and makes the realm a faulty one. */
export class FaultyLink {
  readonly #folder: string;
  readonly #core: string;
  readonly #server = createServer();
  readonly #sockets = new WebSocketServer({ server: this.#server });
  fault: Fault | null = null;

  private constructor(folder: string, { core }: Surroundings) {
    this.#folder = folder;
    this.#core = core.url;
    this.#sockets.on('connection', (realm, request) => this.#join(realm, request.headers.authorization ?? ''));
  }

  static async open(folder: string, surroundings: Surroundings): Promise<FaultyLink> {
    const link = new FaultyLink(folder, surroundings);
    link.#server.listen(0, '127.0.0.1');
    await once(link.#server, 'listening');
    return link;
  }

  get url(): string {
    return `ws://localhost:${(this.#server.address() as AddressInfo).port}/realm/v1/connect`;
  }

  close(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #join(realm: WebSocket, authorization: string): void {
    const core = new WebSocket(this.#core, { headers: { authorization } });
    const waiting: [Buffer, boolean][] = [];
    const toCore = (data: Buffer | string, isBinary: boolean) => core.send(data, { binary: isBinary });
    const tap = new StreamTap(this.#folder, {
      toCore: (data) => core.send(data, { binary: typeof data !== 'string' }),
      toRealm: (data) => realm.send(data, { binary: typeof data !== 'string' }),
    });
    const fromRealm = (data: Buffer, isBinary: boolean) => {
      if (isBinary ? tap.bytesOfRealm(data) : tap.frameOfRealm(data)) return;
      for (const text of isBinary ? [data] : this.#spoil(data)) toCore(text, isBinary);
    };
    realm.on('message', (data, isBinary) => {
      if (core.readyState === WebSocket.OPEN) fromRealm(data as Buffer, isBinary);
      else waiting.push([data as Buffer, isBinary]);
    });
    core.on('open', () => {
      for (const [data, isBinary] of waiting) fromRealm(data, isBinary);
    });
    core.on('message', (data, isBinary) => {
      const taps = this.fault === 'old-lists';
      if (taps && (isBinary ? tap.bytesOfCore(data as Buffer) : tap.frameOfCore(read(data as Buffer)))) return;
      realm.send(data as Buffer, { binary: isBinary });
    });
    for (const [one, other] of [
      [realm, core],
      [core, realm],
    ] as const) {
      one.on('error', () => other.terminate());
      one.on('close', () => other.terminate());
    }
  }

  /** What the realm says, made wrong. */
  #spoil(data: Buffer): (string | Buffer)[] {
    const frame = JSON.parse(data.toString()) as { type: string; receipt?: string };
    if (frame.type !== 'operation-result') return [data.toString()];
    if (this.fault === 'twice') return [data.toString(), data.toString()];
    if (this.fault !== 'no-receipt') return [data.toString()];
    const { receipt: _, ...rest } = frame;
    return [JSON.stringify(rest)];
  }
}

const read = (data: Buffer): CoreFrame => JSON.parse(data.toString()) as CoreFrame;
