import { type Place, readVarint } from './varint.ts';

/** Bytes before the tokens, and how many entries lie between two offsets. */
export const blockHead = 11;
export const restartEvery = 16;

/** An opened block, read in place: a search in it decodes the entries it looks for, and no more than 15 before each. */
export class Block {
  readonly bytes: Buffer;
  readonly entries: number;
  /** The same; what is read from it most is read four times as fast. */
  readonly #view: DataView;
  readonly #base: number;
  readonly #width: number;
  readonly #lists: number;
  /** Of the first and the last token. */
  readonly #lowest: number;
  readonly #highest: number;

  /** @param bytes of a `BlockWriter`, authenticated */
  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.entries = bytes.readUInt32BE(0);
    this.#base = bytes.readUIntBE(4, 6);
    this.#width = bytes.readUInt8(10);
    this.#lists = this.#restarts + Math.ceil(this.entries / restartEvery) * this.#width;
    this.#lowest = this.entries === 0 ? 0 : this.highOf(0);
    this.#highest = this.entries === 0 ? 0 : this.highOf(this.entries - 1);
  }

  /** Adds to `found` the positions of the token with these two halves. */
  find(high: number, low: number, found: number[]): void {
    // A long list goes on in the next entry.
    for (let entry = this.#firstNotBelow(high, low); entry < this.entries && this.isAt(entry, high, low); entry += 1) {
      const place = this.#placeOf(entry);
      this.readList(place, found);
    }
  }

  highOf(entry: number): number {
    return this.#view.getUint32(blockHead + 8 * entry);
  }

  lowOf(entry: number): number {
    return this.#view.getUint32(blockHead + 8 * entry + 4);
  }

  isAt(entry: number, high: number, low: number): boolean {
    return this.highOf(entry) === high && this.lowOf(entry) === low;
  }

  /** Where the first list is. */
  get start(): Place {
    return { at: this.#lists };
  }

  /** Reads the list at `place`, which is behind it then. */
  readList(place: Place, found: number[]): void {
    const first = readVarint(this.bytes, place);
    let position = Math.floor(first / 2) + this.#base;
    found.push(position);
    if (first % 2 === 0) return;
    for (let more = readVarint(this.bytes, place) + 1; more > 0; more -= 1) {
      position += readVarint(this.bytes, place) + 1;
      found.push(position);
    }
  }

  /** Mapped tokens are spread evenly: where this one would stand if they were quite so, its place is near. */
  #firstNotBelow(high: number, low: number): number {
    const share = (high - this.#lowest) / (this.#highest - this.#lowest + 1);
    const guess = Math.max(0, Math.min(this.entries - 1, Math.floor(share * this.entries)));
    let from = 0;
    let to = this.entries;
    if (this.entries === 0) return 0;
    if (this.#isBelow(guess, high, low)) {
      from = guess + 1;
      for (let step = 1; from + step < to; step *= 2) {
        if (this.#isBelow(from + step, high, low)) from += step + 1;
        else to = from + step;
      }
    } else {
      to = guess;
      for (let step = 1; to - step > from; step *= 2) {
        if (this.#isBelow(to - step, high, low)) from = to - step + 1;
        else to -= step;
      }
    }
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#isBelow(middle, high, low)) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #placeOf(entry: number): Place {
    const restart = Math.floor(entry / restartEvery);
    const offset = this.bytes.readUIntBE(this.#restarts + restart * this.#width, this.#width);
    const place = { at: this.#lists + offset };
    for (let skipped = restart * restartEvery; skipped < entry; skipped += 1) this.#skipList(place);
    return place;
  }

  #skipList(place: Place): void {
    if (readVarint(this.bytes, place) % 2 === 0) return;
    for (let more = readVarint(this.bytes, place) + 1; more > 0; more -= 1) readVarint(this.bytes, place);
  }

  get #restarts(): number {
    return blockHead + 8 * this.entries;
  }

  #isBelow(entry: number, high: number, low: number): boolean {
    const own = this.highOf(entry);
    return own < high || (own === high && this.lowOf(entry) < low);
  }
}
