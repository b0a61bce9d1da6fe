import { readVarint, writeVarint } from './varint.ts';

const minute = 60_000;
const head = 4;

/**
 * Of a segment: the pages' first tokens, and when its documents came.
 * `u32 pages | 8 bytes of each page's first token | a varint for each position of the segment`: by how many minutes it came later than all
 * before it (the first: minutes since 1970), 0 if it did not.
 */
export class Directory {
  readonly pages: number;
  readonly #bytes: Buffer;
  readonly #view: DataView;
  /** For each position the minute that neither it nor any before it came after. */
  readonly #minutes: Uint32Array;

  /** @param bytes of `encodeDirectory`, authenticated */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.pages = bytes.readUInt32BE(0);
    const minutes: number[] = [];
    const place = { at: head + 8 * this.pages };
    for (let last = 0; place.at < bytes.length; minutes.push(last)) last += readVarint(bytes, place);
    this.#minutes = Uint32Array.from(minutes);
  }

  /** Bytes that it takes in memory. */
  get size(): number {
    return this.#bytes.length + this.#minutes.byteLength;
  }

  /** A time, in milliseconds, that the segment's documents up to this one (the first is 0) did not come after. */
  latest(document: number): number {
    return (this.#minutes[document] ?? Number.POSITIVE_INFINITY) * minute;
  }

  /** The pages that can hold a token, from the first to before the second: usually one, more where a long list goes on. */
  pagesOf(high: number, low: number): readonly [number, number] {
    const from = this.#firstNotBelow(high, low);
    let to = from;
    while (to < this.pages && this.#compare(to, high, low) === 0) to += 1;
    return [Math.max(0, from - 1), to];
  }

  #firstNotBelow(high: number, low: number): number {
    let from = 0;
    let to = this.pages;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#compare(middle, high, low) < 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #compare(page: number, high: number, low: number): number {
    return this.#view.getUint32(head + 8 * page) - high || this.#view.getUint32(head + 8 * page + 4) - low;
  }
}

/**
 * @param firsts the pages' first tokens, mapped, in order
 * @param times of each position of the segment, in milliseconds since 1970; undefined where there is no entry
 */
export const encodeDirectory = (firsts: readonly Buffer[], times: readonly (number | undefined)[]): Buffer => {
  const deltas: number[] = [];
  let last = 0;
  for (const time of times) {
    const next = Math.max(last, Math.ceil((time ?? 0) / minute));
    writeVarint(deltas, next - last);
    last = next;
  }
  const pages = Buffer.alloc(head);
  pages.writeUInt32BE(firsts.length);
  return Buffer.concat([pages, ...firsts, Buffer.from(deltas)]);
};
