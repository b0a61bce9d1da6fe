/** A token bucket: `rate` permits a second, at most `burst` saved up. Time is given, so that tests can set it. */
export class Budget {
  readonly #rate: number;
  readonly #burst: number;
  readonly #now: () => number;
  #left: number;
  #at: number;

  constructor(rate: number, burst: number, now: () => number) {
    this.#rate = rate;
    this.#burst = burst;
    this.#now = now;
    this.#left = burst;
    this.#at = now();
  }

  /** Takes so many permits; false, and none is taken, when there are not as many. */
  take(permits = 1): boolean {
    const now = this.#now();
    this.#left = Math.min(this.#burst, this.#left + (Math.max(0, now - this.#at) / 1000) * this.#rate);
    this.#at = now;
    if (this.#left < permits) return false;
    this.#left -= permits;
    return true;
  }
}
