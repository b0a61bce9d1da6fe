import { Duplex } from 'node:stream';
import { ByteQueue, type StreamHandler, type StreamSide } from '@cloister/streams';
import { CloisterError, type StreamEndReason, streamCredit, streamIdBytes } from '@cloister/wire';

/** Credit goes back in parts of this size, since each costs a frame; the rest is enough for the sender to go on meanwhile. */
const creditPart = streamCredit / 4;

/** One stream to another realm's key server, with the backpressure of both ends. Its bytes are for TLS to protect. */
export class RealmStream extends Duplex {
  readonly handler: StreamHandler = {
    bytes: (bytes) => this.#receive(bytes),
    credit: () => this.#send(),
    ended: (reason) => this.#ended(reason),
  };
  #side: StreamSide | undefined;
  /** Came, and is not asked for yet. */
  readonly #arrived = new ByteQueue();
  #wanted = false;
  #read = 0;
  #isEnded = false;
  #unsent: Uint8Array | undefined;
  #sent: (() => void) | undefined;

  constructor() {
    super({ allowHalfOpen: false });
    // Links are lost all the time: an error that nobody listens for must not end the key server.
    this.on('error', () => undefined);
  }

  /** Joins it to the link. */
  begin(side: StreamSide): this {
    this.#side = side;
    return this;
  }

  override _read(): void {
    this.#wanted = true;
    this.#give();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, sent: () => void): void {
    this.#unsent = chunk;
    this.#sent = sent;
    this.#send();
  }

  override _final(done: () => void): void {
    this.#side?.end();
    done();
    // An end is one both ways: whatever comes now, nobody passes it on.
    this.#isEnded = true;
    this.#give();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // Without effect after an orderly end.
    this.#side?.end('broken');
    this.#arrived.clear();
    done(error);
  }

  /** Hands over what the other side lets through; the rest waits for credit. */
  #send(): void {
    const chunk = this.#unsent;
    if (chunk === undefined || this.#side === undefined) return;
    const part = this.#isEnded ? chunk : chunk.subarray(0, this.#side.sendable);
    if (part.length > 0) this.#side.write(part);
    this.#unsent = chunk.subarray(part.length);
    if (this.#unsent.length > 0) return;
    const sent = this.#sent;
    this.#unsent = undefined;
    this.#sent = undefined;
    sent?.();
  }

  #receive(bytes: Uint8Array): void {
    this.#arrived.push(bytes);
    this.#give();
  }

  #give(): void {
    while (this.#wanted && !this.destroyed) {
      const frame = this.#arrived.shift();
      if (frame === undefined) break;
      const bytes = frame.subarray(streamIdBytes);
      this.#wanted = this.push(bytes);
      this.#read += bytes.length;
    }
    if (this.#isEnded && this.#arrived.length === 0) this.push(null);
    else if (this.#read >= creditPart) {
      this.#side?.grant(this.#read);
      this.#read = 0;
    }
  }

  /** What came before an orderly end is still read; what is written after it goes nowhere, as on any socket. */
  #ended(reason: StreamEndReason | undefined): void {
    if (reason !== undefined) {
      this.destroy(new CloisterError(faults[reason]));
      return;
    }
    this.#isEnded = true;
    this.#send();
    this.#give();
  }
}

const faults = {
  'unknown-realm': 'kms/peer-unknown',
  unreachable: 'kms/peer-unreachable',
  'too-many': 'kms/too-many',
  refused: 'kms/peer-refused',
  broken: 'kms/peer-lost',
} as const;
