import type { Duplex } from 'node:stream';
import type { SendFrame } from '@cloister/streams';
import type { CoreFrame, KmsHost, OperationResultFrame } from '@cloister/wire';
import type { WebSocket } from 'ws';

/** How much may wait to be written to one node before messages for it are dropped; clients ask again by themselves. */
const writeLimit = 32 * 1024 * 1024;

/** One process of a security realm, connected. */
export class RealmNode {
  readonly id: string;
  readonly kmsHost: KmsHost;
  /** When it last said anything, in milliseconds. */
  heardAt: number;
  readonly #ws: WebSocket;
  readonly #stream: Duplex;
  readonly #operations = new Map<string, (result: OperationResultFrame | undefined) => void>();

  constructor(id: string, kmsHost: KmsHost, ws: WebSocket, stream: Duplex, now: number) {
    this.id = id;
    this.kmsHost = kmsHost;
    this.heardAt = now;
    this.#ws = ws;
    this.#stream = stream;
  }

  get congested(): boolean {
    return this.#stream.writableLength > writeLimit;
  }

  send(frame: CoreFrame): void {
    this.#ws.send(JSON.stringify(frame));
  }

  /** Sends a frame of its streams. */
  readonly sendStream: SendFrame = (frame, written) => this.#ws.send(frame, () => written());

  /** Sends a frame that is answered by one result; undefined when the node goes away or the signal says stop first. */
  ask(frame: Extract<CoreFrame, { id: string }>, stop: AbortSignal): Promise<OperationResultFrame | undefined> {
    return new Promise((resolve) => {
      const done = (result: OperationResultFrame | undefined) => {
        this.#operations.delete(frame.id);
        stop.removeEventListener('abort', giveUp);
        resolve(result);
      };
      const giveUp = () => done(undefined);
      this.#operations.set(frame.id, done);
      stop.addEventListener('abort', giveUp, { once: true });
      this.send(frame);
    });
  }

  answer(result: OperationResultFrame): void {
    this.#operations.get(result.id)?.(result);
  }

  ping(): void {
    this.#ws.ping();
  }

  terminate(): void {
    this.#ws.terminate();
  }

  /** After the connection ended: what was asked of it may be asked of another. */
  closed(): void {
    for (const done of [...this.#operations.values()]) done(undefined);
  }
}
