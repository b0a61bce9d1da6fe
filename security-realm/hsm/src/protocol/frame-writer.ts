import type { Socket } from 'node:net';
import { encodeFrame } from './frame.ts';

/** Writes frames to a socket; those of one turn of the event loop leave in one piece. */
export class FrameWriter {
  readonly #socket: Socket;
  #frames: Buffer[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  write(value: unknown): void {
    if (this.#socket.destroyed) return;
    if (this.#frames.push(encodeFrame(value)) === 1) process.nextTick(() => this.#flush());
  }

  #flush(): void {
    const frames = this.#frames;
    this.#frames = [];
    if (!this.#socket.destroyed) this.#socket.write(Buffer.concat(frames));
  }
}
