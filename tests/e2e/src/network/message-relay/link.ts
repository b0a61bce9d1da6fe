import type { RawData, WebSocket } from 'ws';
import type { Handling } from './fate.ts';
import { isOfStream, type Message, messageOf, type Side } from './message.ts';

interface Ends {
  /** The key server's end. */
  readonly near: WebSocket;
  /** The core's end. */
  readonly far: WebSocket;
  readonly fateOf: Handling;
  readonly over: () => void;
}

/** One connection of a key server to the core, through the relay. */
export class Link {
  readonly #ends: Ends;
  /** Of what is to keep its order, the end of the line. */
  readonly #lines = new Map<string, Promise<void>>();
  #flush = Promise.withResolvers<void>();

  constructor(ends: Ends) {
    this.#ends = ends;
    const { near, far } = ends;
    this.#join('realm', near, far);
    this.#join('core', far, near);
    far.once('close', ends.over);
  }

  /** What waits for a moment waits no more. */
  flush(): void {
    this.#flush.resolve();
    this.#flush = Promise.withResolvers();
  }

  end(): void {
    this.#ends.near.terminate();
    this.#ends.far.terminate();
  }

  #join(side: Side, from: WebSocket, to: WebSocket): void {
    from.on('message', (data: RawData, isBinary) => this.#take(side, to, data as Buffer, isBinary));
    from.on('ping', (data) => to.readyState === to.OPEN && to.ping(data));
    from.on('pong', (data) => to.readyState === to.OPEN && to.pong(data));
    from.on('error', () => to.terminate());
    // A code that may not be sent is one that stands for a broken connection (RFC 6455 §7.4.1).
    from.on('close', (code) => ([1004, 1005, 1006, 1015].includes(code) ? to.terminate() : to.close(code)));
  }

  #take(side: Side, to: WebSocket, data: Buffer, isBinary: boolean): void {
    const message = messageOf(side, data, isBinary);
    const { copies } = this.#ends.fateOf(message);
    for (const moment of copies)
      this.#line(lineOf(message), moment, () => to.readyState === to.OPEN && to.send(data, { binary: isBinary }));
  }

  /** Copies of one message are different messages: the second may come after whatever followed the first. */
  #line(name: string | null, moment: () => Promise<void> | void, send: () => void): void {
    const turn = name === null ? undefined : this.#lines.get(name);
    const waits = moment();
    if (turn === undefined && waits === undefined) {
      send();
      return;
    }
    const flushed = this.#flush.promise;
    const sent = Promise.all([turn, Promise.race([waits, flushed])]).then(send);
    if (name === null) return;
    this.#lines.set(name, sent);
    void sent.then(() => {
      if (this.#lines.get(name) === sent) this.#lines.delete(name);
    });
  }
}

/** A stream's messages keep their order, and so do the parts of an answer; everything else overtakes. */
const lineOf = (message: Message): string | null =>
  isOfStream(message) || message.type === 'replies' || message.type === 'done'
    ? `${message.from} ${message.about}`
    : null;
