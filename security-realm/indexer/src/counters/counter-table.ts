import type { Counter } from './counter.ts';
import type { TermId } from './term-id.ts';

/** Bytes of an entry in memory and when stored: two numbers of the id, and the counter. */
export const entryBytes = 12;
const LEAST = 16;

/**
 * Counters by term id: a hash table in one array of numbers, for there are millions. An entry takes 16 to 32 bytes and nothing that
 * the garbage collector looks at; a `Map` from text takes some 80.
 */
export class CounterTable {
  /** low, high, counter; a counter of 0 marks a free place. The capacity is a power of two. */
  #cells = new Uint32Array(3 * LEAST);
  #size = 0;

  /** How many terms it holds. */
  get size(): number {
    return this.#size;
  }

  /** Bytes that it takes in memory. */
  get capacityBytes(): number {
    return this.#cells.byteLength;
  }

  get({ low, high }: TermId): Counter {
    return this.#cells[this.#find(low, high) + 2] ?? 0;
  }

  set({ low, high }: TermId, counter: Counter): void {
    if (counter !== 0) this.#put(low, high, counter);
  }

  /** Tells the id of each entry; it is the same object each time. */
  each(tell: (id: TermId) => void): void {
    const id: TermId = { low: 0, high: 0 };
    for (let at = 0; at < this.#cells.length; at += 3) {
      if (this.#cells[at + 2] === 0) continue;
      id.low = this.#cells[at] ?? 0;
      id.high = this.#cells[at + 1] ?? 0;
      tell(id);
    }
  }

  /** Every entry: 12 bytes each, little-endian. */
  bytes(): Buffer {
    const bytes = Buffer.alloc(entryBytes * this.#size);
    let out = 0;
    for (let at = 0; at < this.#cells.length; at += 3) {
      if (this.#cells[at + 2] === 0) continue;
      for (let part = 0; part < 3; part++) out = bytes.writeUInt32LE(this.#cells[at + part] ?? 0, out);
    }
    return bytes;
  }

  /** Puts in what {@link bytes} gave, over what is there. */
  merge(bytes: Buffer): void {
    const count = Math.floor(bytes.length / entryBytes);
    // For as many as there can be: in a table that grew step by step, entries that come in the order of their places pile up.
    if (this.#size === 0) this.#grow(count);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < count * entryBytes; at += entryBytes) {
      const counter = view.getUint32(at + 8, true);
      if (counter !== 0) this.#put(view.getUint32(at, true), view.getUint32(at + 4, true), counter);
    }
  }

  /** Forgets everything and leaves nothing in memory. */
  wipe(): void {
    this.#cells.fill(0);
    this.#cells = new Uint32Array(3 * LEAST);
    this.#size = 0;
  }

  #put(low: number, high: number, counter: Counter): void {
    if (4 * (this.#size + 1) > this.#cells.length) this.#grow(this.#size + 1);
    const at = this.#find(low, high);
    if (this.#cells[at + 2] === 0) this.#size += 1;
    this.#cells[at] = low;
    this.#cells[at + 1] = high;
    this.#cells[at + 2] = counter;
  }

  /** Its place, or the free one where it would stand: never more than three quarters are taken. */
  #find(low: number, high: number): number {
    const cells = this.#cells;
    const mask = cells.length / 3 - 1;
    for (let place = low & mask; ; place = (place + 1) & mask) {
      const at = 3 * place;
      if (cells[at + 2] === 0 || (cells[at] === low && cells[at + 1] === high)) return at;
    }
  }

  #grow(count: number): void {
    const old = this.#cells;
    let capacity = LEAST;
    while (3 * capacity < 4 * (count + 1)) capacity *= 2;
    this.#cells = new Uint32Array(3 * capacity);
    for (let at = 0; at < old.length; at += 3) {
      if (old[at + 2] !== 0) this.#cells.set(old.subarray(at, at + 3), this.#find(old[at] ?? 0, old[at + 1] ?? 0));
    }
    old.fill(0);
  }
}
