import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import {
  type HelloFrame,
  type MessagesFrame,
  maxRealmFrameBytes,
  newId,
  type OperationFrame,
  type OperationResultFrame,
  type OperationStatusFrame,
  type RemovalFrame,
} from '@cloister/wire';
import { type WebSocket, WebSocketServer } from 'ws';
import { Link } from './link.ts';
import type { LinkStream } from './link-stream.ts';
import type { Monitor } from './monitor.ts';
import type { RealmTokens } from './realm-tokens.ts';

type Connected = { readonly link: Link; readonly hello: HelloFrame };
type Batch = Omit<MessagesFrame, 'type' | 'batch' | 'deviceId'> & Partial<Pick<MessagesFrame, 'deviceId'>>;

/** The core's end of the realm link, without a core: it relays nothing and decides nothing. */
export class Core {
  readonly #server: Server = createServer();
  readonly #sockets: WebSocketServer;
  readonly #monitor: Monitor;
  readonly #tokens: RealmTokens;
  #current: Connected | null = null;
  #next = Promise.withResolvers<Connected>();
  /** Whether removals are written down, as a core does, or met with silence. */
  writes = true;
  readonly removals: RemovalFrame[] = [];
  /** What is waited for before anything is asked. */
  before: () => Promise<void> = async () => undefined;
  /** Takes the streams that the realm opens. */
  onOpen: ((stream: LinkStream, to: string) => void) | null = null;

  constructor(monitor: Monitor, tokens: RealmTokens) {
    this.#monitor = monitor;
    this.#tokens = tokens;
    const maxPayload = 2 * maxRealmFrameBytes;
    this.#sockets = new WebSocketServer({ server: this.#server, path: '/realm/v1/connect', maxPayload });
    this.#sockets.on('connection', (socket, request) => this.#connected(socket, request));
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  close(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** The link there is, or the next. */
  async link(): Promise<Link> {
    return (await this.#connection()).link;
  }

  async hello(): Promise<HelloFrame> {
    return (await this.#connection()).hello;
  }

  /** Resolves with the link after this one, once the realm has made it. */
  async another(end: (link: Link) => void): Promise<Link> {
    const { link } = await this.#connection();
    end(link);
    await link.closed;
    return this.link();
  }

  async send(batch: Batch): Promise<{ readonly index: number; readonly message: string }[]> {
    await this.before();
    const link = await this.link();
    const id = newId();
    const replies: { index: number; message: string }[] = [];
    const done = link.until((frame) => {
      if (frame.type === 'replies' && frame.batch === id) replies.push(...frame.replies);
      return frame.type === 'done' && frame.batch === id;
    });
    this.#monitor.sentBatch(id, batch.messages.length);
    link.send({ type: 'messages', batch: id, deviceId: null, ...batch });
    await done;
    return replies;
  }

  operate(operation: Omit<OperationFrame, 'type' | 'id'>): Promise<OperationResultFrame> {
    return this.#ask({ type: 'operation', ...operation });
  }

  /** What became of an operation. */
  status(operation: Omit<OperationStatusFrame, 'type' | 'id'>): Promise<OperationResultFrame> {
    const { operationId, kind, roomId, userId, organisationId } = operation;
    return this.#ask({ type: 'operation-status', operationId, kind, roomId, userId, organisationId });
  }

  /** The next removal that the realm tells of. */
  async removal(): Promise<RemovalFrame> {
    return (await this.link()).until((frame) => frame.type === 'removal');
  }

  async #connection(): Promise<Connected> {
    return this.#current ?? this.#next.promise;
  }

  async #ask(question: object): Promise<OperationResultFrame> {
    await this.before();
    const link = await this.link();
    const id = newId();
    const result = link.until((frame) => frame.type === 'operation-result' && frame.id === id);
    this.#monitor.sentOperation(id);
    link.send({ ...question, id });
    return (await result) as OperationResultFrame;
  }

  #connected(socket: WebSocket, request: IncomingMessage): void {
    const fault = this.#tokens.fault(request.headers.authorization, 'core');
    if (fault !== null) this.#monitor.violation(`the link was opened with ${fault}`);
    this.#monitor.newLink();
    const link = new Link(socket, this.#monitor);
    link.streams.onOpen = (stream, to) =>
      this.onOpen === null ? stream.finish('unknown-realm') : this.onOpen(stream, to);
    let isFirst = true;
    void link
      .until((frame) => {
        if (isFirst && frame.type !== 'hello') this.#monitor.violation(`${frame.type} before hello`);
        isFirst = false;
        if (frame.type === 'removal') this.#take(link, frame);
        if (frame.type === 'hello') {
          this.#current = { link, hello: frame };
          this.#next.resolve(this.#current);
        }
        return false;
      })
      .catch(() => undefined);
    // Whoever asks from the moment of its end on waits for the next.
    socket.once('close', () => {
      if (this.#current?.link !== link) return;
      this.#current = null;
      this.#next = Promise.withResolvers();
    });
  }

  #take(link: Link, { id, operationId, ...frame }: RemovalFrame): void {
    this.removals.push({ id, operationId, ...frame });
    if (this.writes) link.send({ type: 'removal-recorded', id, operationId });
  }
}
