import { CloisterError } from '../errors/cloister-error.ts';
import type { Id } from '../ids.ts';
import { uuidBytes, writeUuid } from '../uuid-bytes.ts';

/** Writes a binary message whose length is known before. */
export class ByteWriter {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #at = 0;

  constructor(length: number) {
    this.#bytes = new Uint8Array(length);
    this.#view = new DataView(this.#bytes.buffer);
  }

  u8(value: number): void {
    this.#view.setUint8(this.#take(1), inRange(value, 2 ** 8));
  }

  u16(value: number): void {
    this.#view.setUint16(this.#take(2), inRange(value, 2 ** 16));
  }

  u32(value: number): void {
    this.#view.setUint32(this.#take(4), inRange(value, 2 ** 32));
  }

  u48(value: number): void {
    const at = this.#take(6);
    this.#view.setUint16(at, Math.floor(inRange(value, 2 ** 48) / 2 ** 32));
    this.#view.setUint32(at + 2, value % 2 ** 32);
  }

  uuid(id: Id): void {
    writeUuid(this.#bytes, this.#take(uuidBytes), id);
  }

  bytes(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#take(bytes.length));
  }

  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  #take(length: number): number {
    const at = this.#at;
    this.#at = at + length;
    return at;
  }
}

const inRange = (value: number, below: number): number => {
  if (!Number.isInteger(value) || value < 0 || value >= below) throw new CloisterError('wire/invalid-message');
  return value;
};
