/** Token buckets by key: `rate` permits a second for each, at most `burst` saved up. Time is given. */
export class KeyedBudget {
  readonly #rate: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, { left: number; at: number }>();

  constructor({ perSecond, burst }: { perSecond: number; burst: number }) {
    this.#rate = perSecond;
    this.#burst = burst;
  }

  /** Takes permits of that key; false when there are too few. More than can be saved up cost all there are. */
  take(key: string, now: number, count = 1): boolean {
    const { left, at } = this.#buckets.get(key) ?? { left: this.#burst, at: now };
    const filled = Math.min(this.#burst, left + (Math.max(0, now - at) / 1000) * this.#rate);
    const cost = Math.min(count, this.#burst);
    const granted = filled >= cost;
    this.#buckets.set(key, { left: granted ? filled - cost : filled, at: now });
    if (this.#buckets.size > 10_000) this.#forgetFull(now);
    return granted;
  }

  /** A bucket that has filled up again is as good as none. */
  #forgetFull(now: number): void {
    for (const [key, { left, at }] of this.#buckets) {
      if (left + ((now - at) / 1000) * this.#rate >= this.#burst) this.#buckets.delete(key);
    }
  }
}
