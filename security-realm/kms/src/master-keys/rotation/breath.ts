import { startTimer as byTheMachine, type StartTimer } from '../revocation/start-timer.ts';

/** Whoever asked this recently is likely to ask again. */
const RECENT_MS = 1_000;
/** No rest is longer: work that stood still for minutes, with its process or its database, did not take the processors. */
const LONGEST_MS = 1_000;

export type BreathParts = {
  /** Milliseconds on a clock that only goes forward. */
  readonly monotonicNow: () => number;
  /** The machine's unless told. */
  readonly startTimer?: StartTimer | undefined;
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

  /** Work, and a rest of three times as long after it, a second at most, while somebody asks. */
  async around<T>(work: () => Promise<T>): Promise<T> {
    const { monotonicNow, startTimer = byTheMachine } = this.#parts;
    const started = monotonicNow();
    const result = await work();
    const ended = monotonicNow();
    if (ended > started && ended - this.#askedAt < RECENT_MS) {
      const rest = Math.min(3 * (ended - started), LONGEST_MS);
      await new Promise<void>((resolve) => void startTimer(rest, resolve));
    }
    return result;
  }
}
