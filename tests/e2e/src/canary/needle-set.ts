export interface Needle<Label> {
  readonly bytes: Buffer;
  readonly label: Label;
}

export interface Found<Label> {
  readonly label: Label;
  readonly at: number;
}

/**
 * Searches for many byte strings at once. Gigabytes of process memory are searched for hundreds of forms, so it skips as
 * Wu and Manber's algorithm does: the last two bytes under the window tell how far no needle can begin.
 */
export class NeedleSet<Label> {
  /** Of the longest needle: what pieces of one stream must overlap by, less one. */
  readonly longest: number;
  readonly #window: number;
  readonly #shifts = new Uint8Array(65_536);
  readonly #candidates: Needle<Label>[][] = [];

  constructor(needles: readonly Needle<Label>[]) {
    const lengths = needles.map(({ bytes }) => bytes.length);
    this.longest = Math.max(...lengths);
    this.#window = Math.min(...lengths, 255);
    if (this.#window < 4) throw new Error('a needle of less than four bytes is found everywhere');
    this.#shifts.fill(this.#window - 1);
    const unique = new Map(
      needles.map((needle) => [`${String(needle.label)}/${needle.bytes.toString('latin1')}`, needle]),
    );
    for (const needle of unique.values()) this.#learn(needle);
  }

  find(haystack: Uint8Array): Found<Label>[] {
    const found: Found<Label>[] = [];
    const shifts = this.#shifts;
    let end = this.#window - 1;
    while (end < haystack.length) {
      const pair = ((haystack[end - 1] as number) << 8) | (haystack[end] as number);
      const shift = shifts[pair] as number;
      if (shift === 0) {
        this.#compare(haystack, end - this.#window + 1, pair, found);
        end += 1;
      } else end += shift;
    }
    return found;
  }

  #learn(needle: Needle<Label>): void {
    for (let end = 1; end < this.#window; end += 1) {
      const pair = needle.bytes.readUInt16BE(end - 1);
      const shift = this.#window - 1 - end;
      if (shift < (this.#shifts[pair] as number)) this.#shifts[pair] = shift;
      if (shift > 0) continue;
      const candidates = this.#candidates[pair] ?? [];
      candidates.push(needle);
      this.#candidates[pair] = candidates;
    }
  }

  #compare(haystack: Uint8Array, start: number, pair: number, found: Found<Label>[]): void {
    for (const { bytes, label } of this.#candidates[pair] ?? []) {
      if (bytes[0] !== haystack[start] || start + bytes.length > haystack.length) continue;
      if (bytes.compare(haystack, start, start + bytes.length) === 0) found.push({ label, at: start });
    }
  }
}
