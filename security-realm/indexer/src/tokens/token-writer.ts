import { tokenBytes } from '@cloister/wire';
import type { RandomSource } from './random-source.ts';
import type { SearchKey } from './search-key.ts';
import { writeToken } from './write-token.ts';

/** Gathers one list of tokens: those of terms, then as many random ones as it takes, in an order that tells nothing. */
export class TokenWriter {
  readonly #random: RandomSource;
  #bytes = Buffer.alloc(4096);
  /** The same bytes, two at a time. */
  #pairs = new Uint16Array(this.#bytes.buffer);
  #count = 0;

  constructor(random: RandomSource) {
    this.#random = random;
  }

  get count(): number {
    return this.#count;
  }

  add(key: SearchKey, generation: number, bucket: number, term: string): void {
    this.#room(1);
    writeToken(this.#bytes, this.#count * tokenBytes, key, generation, bucket, term);
    this.#count += 1;
  }

  /** Random ones up to `count`, shuffles all, and begins anew. */
  take(count: number): Buffer {
    const more = Math.max(0, count - this.#count);
    this.#room(more);
    this.#random.fill(this.#bytes, this.#count * tokenBytes, more * tokenBytes);
    const total = this.#count + more;
    this.#random.shuffle(total, (a, b) => this.#swap((a * tokenBytes) / 2, (b * tokenBytes) / 2));
    this.#count = 0;
    return Buffer.from(this.#bytes.subarray(0, total * tokenBytes));
  }

  #room(more: number): void {
    const needed = (this.#count + more) * tokenBytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.alloc(2 * needed);
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#pairs = new Uint16Array(larger.buffer);
  }

  #swap(a: number, b: number): void {
    const pairs = this.#pairs;
    for (let pair = 0; pair < tokenBytes / 2; pair++) {
      const kept = pairs[a + pair] ?? 0;
      pairs[a + pair] = pairs[b + pair] ?? 0;
      pairs[b + pair] = kept;
    }
  }
}
