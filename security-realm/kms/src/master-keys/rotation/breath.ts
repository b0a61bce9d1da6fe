/** Whoever asked this recently is likely to ask again. */
const RECENT_MS = 1_000;

export type BreathParts = {
  /** Milliseconds on a clock that only goes forward. */
  readonly monotonicNow: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
};

/** Lets a rotation rest while people ask for keys, since both want the same processors and the same key store. */
export class Breath {
  readonly #parts: BreathParts;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: BreathParts) {
    this.#parts = parts;
  }

  /** Somebody asks for something. */
  asked(): void {
    this.#askedAt = this.#parts.monotonicNow();
  }

  /** Work, and a rest of three times as long after it while somebody asks. */
  async around<T>(work: () => Promise<T>): Promise<T> {
    const { monotonicNow, wait } = this.#parts;
    const started = monotonicNow();
    const result = await work();
    const ended = monotonicNow();
    if (ended > started && ended - this.#askedAt < RECENT_MS) await wait(3 * (ended - started));
    return result;
  }
}
