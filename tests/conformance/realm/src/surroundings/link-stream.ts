import { Duplex } from 'node:stream';
import { maxStreamBytes, type StreamEndReason, streamCredit } from '@cloister/wire';

/** What a stream says on its link. */
export type StreamOut = {
  readonly bytes: (bytes: Uint8Array) => void;
  readonly credit: (bytes: number) => void;
  readonly end: (reason?: StreamEndReason) => void;
};

/** The far end of one stream of the realm's link. */
export class LinkStream extends Duplex {
  readonly #out: StreamOut;
  /** What may still be sent, and what may still come. */
  #sendable = streamCredit;
  #receivable = streamCredit;
  #sent = 0;
  #hasEnded = false;
  #isOver = false;
  #unsent: Uint8Array = new Uint8Array();
  #written: (() => void) | null = null;
  /** Bytes that came. */
  received = 0;
  /** While true nothing is given back for what comes. */
  #isHeld = false;
  #owed = 0;
  #full: PromiseWithResolvers<void> | null = null;
  /** Why the realm ended it, once it has: null without a reason. */
  readonly over: Promise<StreamEndReason | null>;
  readonly #over = Promise.withResolvers<StreamEndReason | null>();

  constructor(out: StreamOut) {
    super({ allowHalfOpen: false });
    this.#out = out;
    this.over = this.#over.promise;
    this.on('error', () => undefined);
  }

  /** Gives no more credit; resolves when the realm has used all it had. */
  hold(): Promise<void> {
    this.#isHeld = true;
    this.#full ??= Promise.withResolvers();
    if (this.#receivable === 0) this.#full.resolve();
    return this.#full.promise;
  }

  /** Gives back what was owed, and goes on. */
  release(): void {
    this.#isHeld = false;
    if (this.#owed > 0) this.#give(this.#owed);
    this.#owed = 0;
  }

  /** Says more, whether there is credit for it or not. */
  overrun(bytes: Uint8Array): void {
    this.#out.bytes(bytes);
  }

  /** The last word of this side. */
  finish(reason?: StreamEndReason): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#out.end(reason);
  }

  /** Answers whether it was within the credit. */
  arrived(bytes: Uint8Array): boolean {
    this.received += bytes.length;
    this.#receivable -= bytes.length;
    if (this.#receivable < 0) return false;
    if (!this.#hasEnded) this.push(Buffer.from(bytes));
    if (this.#isHeld) this.#owed += bytes.length;
    else if (!this.#hasEnded) this.#give(bytes.length);
    if (this.#receivable === 0) this.#full?.resolve();
    return true;
  }

  /** Answers whether so much had been sent and not been credited. */
  credited(bytes: number): boolean {
    this.#sendable += bytes;
    if (this.#sendable > streamCredit) return false;
    this.#flush();
    return true;
  }

  ended(reason: StreamEndReason | undefined): void {
    this.#isOver = true;
    this.finish();
    this.#over.resolve(reason ?? null);
    this.push(null);
    this.#flush();
    if (reason !== undefined) this.destroy();
  }

  /** Bytes that were sent. */
  get sent(): number {
    return this.#sent;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, written: () => void): void {
    this.#unsent = chunk;
    this.#written = written;
    this.#flush();
  }

  override _final(done: () => void): void {
    this.finish();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.finish('broken');
    done(error);
  }

  #give(bytes: number): void {
    this.#receivable += bytes;
    this.#out.credit(bytes);
  }

  #flush(): void {
    while (this.#unsent.length > 0 && (this.#sendable > 0 || this.#isOver)) {
      const part = this.#unsent.subarray(0, Math.min(maxStreamBytes, this.#isOver ? Infinity : this.#sendable));
      this.#unsent = this.#unsent.subarray(part.length);
      if (this.#isOver || this.#hasEnded) continue;
      this.#sendable -= part.length;
      this.#sent += part.length;
      this.#out.bytes(part);
    }
    if (this.#unsent.length > 0) return;
    const written = this.#written;
    this.#written = null;
    written?.();
  }
}
