import { CloisterError } from '../errors/cloister-error.ts';
import type { Id } from '../ids.ts';
import { readUuid, uuidBytes } from '../uuid-bytes.ts';

/** Reads a binary message from its start to its end, in place. Whatever is not there is `wire/invalid-message`. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  /** A place in a room's log. */
  u48(): number {
    const at = this.#take(6);
    return this.#view.getUint16(at) * 2 ** 32 + this.#view.getUint32(at + 2);
  }

  uuid<T extends Id>(): T {
    return readUuid<T>(this.#bytes, this.#take(uuidBytes));
  }

  /** A view, not a copy. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** How many things of at least `size` bytes follow: as many as said, if there can be. Nothing is reserved before. */
  count(said: number, size: number): number {
    if (said * size > this.#bytes.length - this.#at) throw new CloisterError('wire/invalid-message');
    return said;
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new CloisterError('wire/invalid-message');
  }

  #take(length: number): number {
    const at = this.#at;
    if (length > this.#bytes.length - at) throw new CloisterError('wire/invalid-message');
    this.#at = at + length;
    return at;
  }
}
