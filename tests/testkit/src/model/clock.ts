interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

/** Time as every part of a run reads it: it stands still until a step of the run lets it pass. */
export class Clock {
  #now: number;
  #timers: Timer[] = [];

  constructor(start: number) {
    this.#now = start;
  }

  get now(): number {
    return this.#now;
  }

  /** Calls `wake` after so long, unless the result is called before. */
  after(ms: number, wake: () => void): () => void {
    const timer = { at: this.#now + ms, wake };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Aborts after so long. */
  timeout(ms: number): AbortSignal {
    const ended = new AbortController();
    this.after(ms, () => ended.abort());
    return ended.signal;
  }

  pass(ms: number): void {
    this.#now += ms;
    const due = this.#timers.filter(({ at }) => at <= this.#now).toSorted((a, b) => a.at - b.at);
    this.#timers = this.#timers.filter(({ at }) => at > this.#now);
    for (const { wake } of due) wake();
  }
}
