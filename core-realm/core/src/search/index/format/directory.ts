/** Where each page of a segment begins: the pages' first tokens, in order, 8 bytes each. */
export class Directory {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get pages(): number {
    return this.bytes.length / 8;
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
    return this.bytes.readUInt32BE(8 * page) - high || this.bytes.readUInt32BE(8 * page + 4) - low;
  }
}
