import { CloisterError } from '@cloister/wire';

/** Both in milliseconds. */
export type Clocks = { readonly monotonicNow: () => number; readonly now: () => Date };

type Reading = { readonly monotonic: number; readonly wall: number };

/**
 * A node's right to use keys: held for a while from the start of its last successful look at the epochs (wires.md §12), so
 * that a node that hears of no revocation stops by itself. Time is what the faster of two clocks says: the monotonic one
 * cannot be set back, but stands still while the whole machine sleeps.
 */
export class Lease {
  readonly ms: number;
  readonly #clocks: Clocks;
  #from: Reading | null = null;
  #timesDropped = 0;

  constructor(ms: number, clocks: Clocks) {
    this.ms = ms;
    this.#clocks = clocks;
  }

  /**
   * To be called before a look; the result renews the lease as of then, and is called when the look has succeeded. A look
   * that was given up may succeed late: it takes nothing from a later one, and brings nothing back that was dropped.
   */
  beginLook(): () => void {
    const [startedAt, timesDropped] = [this.#read(), this.#timesDropped];
    return () => {
      if (timesDropped !== this.#timesDropped) return;
      if (this.#from === null || startedAt.monotonic >= this.#from.monotonic) this.#from = startedAt;
    };
  }

  get isHeld(): boolean {
    return this.ageMs < this.ms;
  }

  /** Milliseconds since the last successful look began; infinite before the first. */
  get ageMs(): number {
    if (this.#from === null) return Number.POSITIVE_INFINITY;
    const { monotonic, wall } = this.#read();
    return Math.max(monotonic - this.#from.monotonic, wall - this.#from.wall);
  }

  /** @throws CloisterError `kms/unavailable`, which is silence */
  readonly require = (): void => {
    if (!this.isHeld) throw new CloisterError('kms/unavailable', { detail: 'no look at the epochs within the lease' });
  };

  /** Gives it up for good: nothing is used any more until another look. */
  drop(): void {
    this.#from = null;
    this.#timesDropped += 1;
  }

  #read(): Reading {
    return { monotonic: this.#clocks.monotonicNow(), wall: this.#clocks.now().getTime() };
  }
}
