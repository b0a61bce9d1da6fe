import {
  CloisterError,
  type CoreFrame,
  isStreamFrame,
  maxRealmFrameBytes,
  parseRealmFrame,
  type RealmFrame,
} from '@cloister/wire';
import type { WebSocket } from 'ws';
import { LinkStreams } from './link-streams.ts';
import type { Monitor } from './monitor.ts';

/** Who waits for a frame, and is told when the link is lost instead. */
type Waiting = { readonly take: (frame: RealmFrame) => void; readonly lost: () => void };

/** One connection of the realm, seen from the core. */
export class Link {
  readonly streams: LinkStreams;
  /** The close code, once it is over. */
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<Waiting>();

  constructor(socket: WebSocket, monitor: Monitor) {
    this.#socket = socket;
    this.streams = new LinkStreams({
      frame: (frame) => this.send(frame),
      bytes: (bytes) => socket.send(bytes),
      violation: (what) => monitor.violation(what),
    });
    socket.on('message', (data, isBinary) => {
      if (isBinary) this.streams.receiveBytes(data as Buffer);
      else this.#receive(data as Buffer, monitor);
    });
    socket.on('error', () => socket.terminate());
    this.closed = new Promise((resolve) => {
      socket.once('close', (code) => {
        this.streams.lose();
        for (const { lost } of this.#waiting) lost();
        resolve(code);
      });
    });
  }

  send(frame: CoreFrame | object): void {
    this.#socket.send(JSON.stringify(frame));
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  sendBytes(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  /** Ends it from this side, as a network does. */
  cut(): void {
    this.#socket.terminate();
  }

  /** The next frame that matches. */
  until<Frame extends RealmFrame>(matches: (frame: RealmFrame) => frame is Frame): Promise<Frame>;
  until(matches: (frame: RealmFrame) => boolean): Promise<RealmFrame>;
  until(matches: (frame: RealmFrame) => boolean): Promise<RealmFrame> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        take: (frame) => {
          if (!matches(frame)) return;
          this.#waiting.delete(waiting);
          resolve(frame);
        },
        lost: () => reject(new Error('the link was lost while an answer was waited for')),
      };
      this.#waiting.add(waiting);
    });
  }

  #receive(data: Buffer, monitor: Monitor): void {
    try {
      if (data.length > maxRealmFrameBytes) throw new CloisterError('wire/too-large');
      const frame = parseRealmFrame(data);
      monitor.frame(frame);
      if (isStreamFrame(frame)) this.streams.receive(frame);
      for (const { take } of [...this.#waiting]) take(frame);
    } catch (error) {
      const { type } = asObject(data);
      const detail =
        error instanceof CloisterError ? `${error.code}${error.detail ? `, ${error.detail}` : ''}` : `${error}`;
      monitor.violation(`a frame ${type} that is not as described (${detail})`);
    }
  }
}

const asObject = (data: Buffer): { type?: unknown } => {
  try {
    return JSON.parse(data.toString()) as { type?: unknown };
  } catch {
    return {};
  }
};
