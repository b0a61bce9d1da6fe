import { CloisterError, type UserId } from '@cloister/wire';

/** docs/wires.md §14: 20 queries in 10 s. */
const mostInWindow = 20;
const window = 10_000;

/** How often each person asked lately. */
export class QueryRates {
  readonly #asked = new Map<UserId, readonly number[]>();

  /** Counts a query asked at a time (milliseconds). @throws CloisterError `core/too-many`, and it does not count */
  count(userId: UserId, at: number): void {
    const recent = (this.#asked.get(userId) ?? []).filter((time) => time > at - window);
    if (recent.length >= mostInWindow) throw new CloisterError('core/too-many');
    this.#asked.set(userId, [...recent, at]);
  }

  /** Forgets those who asked nothing lately. */
  sweep(at: number): void {
    for (const [userId, times] of this.#asked) {
      if ((times.at(-1) ?? 0) <= at - window) this.#asked.delete(userId);
    }
  }
}
