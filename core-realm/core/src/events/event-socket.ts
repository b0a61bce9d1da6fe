import type { Duplex } from 'node:stream';
import { type ClientFrame, type DeviceId, newId, parseClientFrame } from '@cloister/wire';
import type { RawData, WebSocket } from 'ws';
import { closeCodes } from './close-codes.ts';
import type { Reader } from './reader.ts';

/** What the address of a connection says. */
export interface Opening {
  readonly deviceId: DeviceId;
  readonly origin: string;
  /** The client keeps several connections for one device. */
  readonly multiple: boolean;
  readonly resume: { readonly registration: string; readonly after: number } | undefined;
}

/** More than this waiting to be written, and the client is not read until it has read: each ping would add an answer. */
const unreadLimit = 256 * 1024;

/** One event websocket: says who it is once, then pings and acknowledges. */
export class EventSocket {
  readonly ws: WebSocket;
  readonly opening: Opening;
  readonly openedAt: number;
  readonly #stream: Duplex;
  readonly #now: () => number;
  readonly #authorize: (token: string) => Promise<void>;
  #reader: Reader | undefined;
  #authorizing = false;

  constructor(
    ws: WebSocket,
    stream: Duplex,
    opening: Opening,
    now: () => number,
    authorize: (token: string) => Promise<void>,
  ) {
    this.ws = ws;
    this.opening = opening;
    this.openedAt = now();
    this.#stream = stream;
    this.#now = now;
    this.#authorize = authorize;
    ws.on('message', (data) => this.#receive(data));
    ws.on('pong', () => this.#seen());
    ws.on('ping', () => this.#readNoFasterThanRead());
    stream.on('drain', () => ws.resume());
    ws.on('close', () => this.#closed());
    // What goes wrong on the connection ends it; `close` follows.
    ws.on('error', () => undefined);
  }

  /** Carries a registration, from the beginning or from where it was. */
  serve(reader: Reader, resumeAfter: number | undefined): void {
    this.#reader = reader;
    reader.seenAt = this.#now();
    this.#stream.on('drain', () => {
      if (reader.connection?.ws !== this.ws) return;
      reader.drained();
      reader.flush(this.#stamp());
    });
    reader.attach({ ws: this.ws, stream: this.#stream, origin: this.opening.origin }, this.#stamp(), resumeAfter);
  }

  #receive(data: RawData): void {
    this.#seen();
    const frame = this.#parse(data);
    if (frame === undefined) return;
    switch (frame.type) {
      case 'authorization':
        if (this.#authorizing) return;
        this.#authorizing = true;
        void this.#authorize(frame.data.token.slice('Bearer '.length));
        return;
      case 'ping':
        // kms.md §3.5: with the same id, within 14 s.
        if (this.#reader !== undefined) this.ws.send(JSON.stringify({ id: frame.id, type: 'pong' }));
        this.#readNoFasterThanRead();
        return;
      case 'ack':
        this.#reader?.acknowledge(frame.messageId);
        return;
    }
  }

  /** Before it said who it is, anything unexpected ends a connection; later, frames of other kinds are ignored. */
  #parse(data: RawData): ClientFrame | undefined {
    try {
      return parseClientFrame(data as Buffer);
    } catch {
      if (this.#reader === undefined) this.ws.close(closeCodes.badRequest);
      return undefined;
    }
  }

  #readNoFasterThanRead(): void {
    if (this.#stream.writableLength > unreadLimit) this.ws.pause();
  }

  #seen(): void {
    if (this.#reader?.connection?.ws === this.ws) this.#reader.seenAt = this.#now();
  }

  #closed(): void {
    if (this.#reader?.connection?.ws === this.ws) this.#reader.detach(this.#now());
  }

  #stamp() {
    return { id: newId(), now: this.#now() };
  }
}
