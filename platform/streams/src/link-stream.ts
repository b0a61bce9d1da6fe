import {
  CloisterError,
  type StreamCreditFrame,
  type StreamEndFrame,
  type StreamEndReason,
  streamCredit,
  streamIdBytes,
  type Uuid,
  writeStreamId,
} from '@cloister/wire';
import { ByteQueue } from './byte-queue.ts';
import type { StreamHandler, StreamSide } from './stream-side.ts';

/** One stream of a link: how much each end may send, what waits to be sent, and who has ended it. */
export class LinkStream implements StreamSide {
  readonly id: Uuid;
  /** Whether this end opened it. */
  readonly isOurs: boolean;
  readonly #ask: () => void;
  #handler: StreamHandler | undefined;
  readonly #queue = new ByteQueue();
  /** May be written, sent but not read there; with what waits here the two are the whole credit. */
  #sendable = streamCredit;
  #unread = 0;
  /** May come, and read here but not told there. */
  #receivable = streamCredit;
  #granted = 0;
  #ending = false;
  #reason: StreamEndReason | undefined;
  #endSent = false;
  #endReceived = false;

  constructor(id: Uuid, isOurs: boolean, ask: (stream: LinkStream) => void) {
    this.id = id;
    this.isOurs = isOurs;
    this.#ask = () => ask(this);
  }

  handle(handler: StreamHandler): void {
    this.#handler = handler;
  }

  /** Both ends have said their last word. */
  get isOver(): boolean {
    return this.#endSent && this.#endReceived;
  }

  get sendable(): number {
    return this.#ending ? 0 : this.#sendable;
  }

  write(bytes: Uint8Array): void {
    if (this.#ending) return;
    if (bytes.length > this.#sendable) throw new CloisterError('platform/internal', { detail: 'beyond the credit' });
    this.#sendable -= bytes.length;
    this.#queue.push(bytes);
    this.#ask();
  }

  grant(bytes: number): void {
    if (this.#ending || bytes === 0) return;
    this.#granted += bytes;
    this.#ask();
  }

  end(reason?: StreamEndReason): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#reason = reason;
    this.#ask();
  }

  /** What is to be said next: first what lets the other end go on. */
  next(): string | Uint8Array | undefined {
    if (this.#granted > 0 && !this.#ending) return this.#nextCredit();
    const frame = this.#queue.shift();
    if (frame === undefined) return this.#ending && !this.#endSent ? this.#end() : undefined;
    writeStreamId(frame, this.id);
    this.#unread += frame.length - streamIdBytes;
    return frame;
  }

  /** @throws CloisterError `platform/stream-rules` */
  receiveBytes(bytes: Uint8Array): void {
    if (this.#endReceived) throw new CloisterError('platform/stream-rules', { detail: 'bytes after the end' });
    if (bytes.length > this.#receivable)
      throw new CloisterError('platform/stream-rules', { detail: 'bytes beyond the credit' });
    this.#receivable -= bytes.length;
    if (!this.#ending) this.#handler?.bytes(bytes);
  }

  /** @throws CloisterError `platform/stream-rules` */
  receiveCredit(bytes: number): void {
    if (this.#endReceived) throw new CloisterError('platform/stream-rules', { detail: 'credit after the end' });
    if (bytes > this.#unread)
      throw new CloisterError('platform/stream-rules', { detail: 'credit for what was not sent' });
    this.#unread -= bytes;
    if (this.#ending) return;
    this.#sendable += bytes;
    this.#handler?.credit(bytes);
  }

  /** @throws CloisterError `platform/stream-rules` */
  receiveEnd(reason: StreamEndReason | undefined): void {
    if (this.#endReceived) throw new CloisterError('platform/stream-rules', { detail: 'a second end' });
    this.#endReceived = true;
    this.#queue.clear();
    // wires.md §13: an end is answered by an end.
    this.end();
    this.#handler?.ended(reason);
  }

  /** The link is gone. */
  lose(): void {
    const known = this.#endReceived;
    this.#ending = true;
    this.#endSent = true;
    this.#endReceived = true;
    this.#queue.clear();
    if (!known) this.#handler?.ended('broken');
  }

  #nextCredit(): string {
    const bytes = this.#granted;
    this.#granted = 0;
    this.#receivable += bytes;
    return JSON.stringify({ type: 'stream-credit', stream: this.id, bytes } satisfies StreamCreditFrame);
  }

  #end(): string {
    this.#endSent = true;
    const reason = this.#reason === undefined ? {} : { reason: this.#reason };
    return JSON.stringify({ type: 'stream-end', stream: this.id, ...reason } satisfies StreamEndFrame);
  }
}
