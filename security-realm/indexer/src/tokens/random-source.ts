import { CloisterError, type RandomBytes } from '@cloister/wire';

const POOL = 64 * 1024;

/** Randomness in small pieces: bytes for tokens that mean nothing, and even chances for shuffling. Nothing is given out twice. */
export class RandomSource {
  readonly #random: RandomBytes;
  #pool: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(random: RandomBytes) {
    this.#random = random;
  }

  /** Fills `length` bytes of `out` from `at` on. */
  fill(out: Uint8Array, at: number, length: number): void {
    if (length > POOL) {
      out.set(this.#draw(length), at);
      return;
    }
    this.#reserve(length);
    out.set(this.#pool.subarray(this.#at, this.#at + length), at);
    this.#at += length;
  }

  /** Any of 0 to `n` - 1 (at most 2^32), each as likely. */
  below(n: number): number {
    const limit = 2 ** 32 - (2 ** 32 % n);
    for (;;) {
      this.#reserve(4);
      const value = this.#pool.readUInt32LE(this.#at);
      this.#at += 4;
      // Beyond the last whole multiple the small ones would come up more often.
      if (value < limit) return value % n;
    }
  }

  /** Fisher and Yates's shuffle of `count` things that `swap` exchanges. */
  shuffle(count: number, swap: (a: number, b: number) => void): void {
    for (let left = count - 1; left > 0; left--) {
      const other = this.below(left + 1);
      if (other !== left) swap(left, other);
    }
  }

  /** Shuffles a list in its place. */
  mix<T>(list: T[]): void {
    this.shuffle(list.length, (a, b) => {
      [list[a], list[b]] = [list[b] as T, list[a] as T];
    });
  }

  #reserve(length: number): void {
    if (this.#at + length <= this.#pool.length) return;
    this.#pool = this.#draw(POOL);
    this.#at = 0;
  }

  #draw(length: number): Buffer {
    const drawn = this.#random(length);
    if (drawn.length !== length) throw new CloisterError('platform/internal', { detail: 'randomness was cut short' });
    return Buffer.from(drawn.buffer, drawn.byteOffset, length);
  }
}
