import { CloisterError } from '@cloister/wire';

export type PaceLimits = {
  /** Calls a second, in the long run. */
  readonly perSecond: number;
  /** Calls that may go at once after a rest. */
  readonly burst: number;
  /** Who would have to wait longer is refused. */
  readonly patienceMs: number;
};

/**
 * A token bucket that makes callers wait: each organisation has one, since all share our account's quota at Amazon
 * (byok.md §2.4). Time is given, so that tests can set it.
 */
export class Pace {
  readonly #limits: PaceLimits;
  readonly #now: () => number;
  #left: number;
  #at: number;

  constructor(limits: PaceLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
    this.#left = limits.burst;
    this.#at = now();
  }

  /** Takes a place in the row: the milliseconds to wait for it. Throws `hsm/key-unavailable` when the row is too long. */
  reserve(): number {
    const { perSecond, burst, patienceMs } = this.#limits;
    const now = this.#now();
    this.#left = Math.min(burst, this.#left + (Math.max(0, now - this.#at) / 1000) * perSecond);
    this.#at = now;
    const waitMs = Math.max(0, ((1 - this.#left) / perSecond) * 1000);
    if (waitMs > patienceMs) throw new CloisterError('hsm/key-unavailable');
    this.#left -= 1;
    return waitMs;
  }
}
