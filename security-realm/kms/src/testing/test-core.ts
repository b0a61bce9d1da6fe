import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type KeysRevokedFrame,
  newId,
  type OperationResultFrame,
  parseRealmFrame,
  type RealmFrame,
  type RemovalFrame,
} from '@cloister/wire';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Wire } from './test-client.ts';

/** The core's end of the realm link, without a core: what arrives is parsed with the wire's own schema. */
export class TestCore {
  readonly #server: Server = createServer();
  readonly #sockets = new WebSocketServer({ server: this.#server, path: '/realm/v1/connect' });
  readonly #waiting = new Set<(frame: RealmFrame) => void>();
  #link: Promise<WebSocket>;
  authorization: string | undefined;
  hello: Extract<RealmFrame, { type: 'hello' }> | undefined;
  /** Removals that the KMS told of, each as often as it did. */
  readonly removals: RemovalFrame[] = [];
  /** Whether this core writes removals down, or is silent. */
  writes = true;

  constructor() {
    this.#link = this.#nextLink();
  }

  /** Resolves to the address that a KMS connects to. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `ws://localhost:${(this.#server.address() as AddressInfo).port}/realm/v1/connect`;
  }

  /** Resolves when a KMS has connected and said hello; again after each loss. */
  async linked(): Promise<void> {
    await this.#link;
  }

  /** Ends the connection from this side. */
  async cut(): Promise<void> {
    (await this.#link).terminate();
    this.#link = this.#nextLink();
  }

  /** To be called before the KMS is killed: the next `linked` is then the new one's. */
  expectAnother(): void {
    this.#link = this.#nextLink();
  }

  readonly wire: Wire = {
    send: async (batch) => {
      const id = newId();
      const replies: { index: number; message: string }[] = [];
      const done = this.#until((frame) => {
        if (frame.type === 'replies' && frame.batch === id) replies.push(...frame.replies);
        return frame.type === 'done' && frame.batch === id;
      });
      await this.#send({ type: 'messages', batch: id, deviceId: null, ...batch });
      await done;
      return replies;
    },
    operate: async (operation) => {
      const id = newId();
      const result = this.#until((frame) => frame.type === 'operation-result' && frame.id === id);
      await this.#send({ type: 'operation', id, ...operation });
      return (await result) as OperationResultFrame;
    },
  };

  async status(operation: object): Promise<OperationResultFrame> {
    const id = newId();
    const result = this.#until((frame) => frame.type === 'operation-result' && frame.id === id);
    await this.#send({ type: 'operation-status', id, ...operation });
    return (await result) as OperationResultFrame;
  }

  /** Resolves with the next removal that the KMS tells of. */
  async removal(): Promise<RemovalFrame> {
    return (await this.#until((frame) => frame.type === 'removal')) as RemovalFrame;
  }

  /** Resolves with the next organisation that the KMS says is frozen. */
  async revoked(): Promise<KeysRevokedFrame> {
    return (await this.#until((frame) => frame.type === 'keys-revoked')) as KeysRevokedFrame;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #send(frame: object): Promise<void> {
    (await this.#link).send(JSON.stringify(frame));
  }

  #until(matches: (frame: RealmFrame) => boolean): Promise<RealmFrame> {
    return new Promise((resolve) => {
      const watch = (frame: RealmFrame) => {
        if (!matches(frame)) return;
        this.#waiting.delete(watch);
        resolve(frame);
      };
      this.#waiting.add(watch);
    });
  }

  #take(socket: WebSocket, frame: RemovalFrame): void {
    this.removals.push(frame);
    const { id, operationId } = frame;
    if (this.writes) socket.send(JSON.stringify({ type: 'removal-recorded', id, operationId }));
  }

  async #nextLink(): Promise<WebSocket> {
    const [socket, request] = (await once(this.#sockets, 'connection')) as [
      WebSocket,
      { headers: { authorization?: string } },
    ];
    this.authorization = request.headers.authorization;
    socket.on('message', (data) => {
      const frame = parseRealmFrame(data as Buffer);
      if (frame.type === 'hello') this.hello = frame;
      if (frame.type === 'removal') this.#take(socket, frame);
      for (const watch of [...this.#waiting]) watch(frame);
    });
    await this.#until((frame) => frame.type === 'hello');
    return socket;
  }
}
