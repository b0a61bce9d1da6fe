/** The cloud's own time, in milliseconds since 1970: what propagates, propagates by it. */
export class Clock {
  readonly #base: () => number;
  #ahead = 0;

  constructor(base: () => number) {
    this.#base = base;
  }

  now(): number {
    return this.#base() + this.#ahead;
  }

  /** Lets that many milliseconds pass at once. */
  advance(ms: number): void {
    this.#ahead += ms;
  }
}
