interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

/** Time as both realms read it: it stands still until a step of the run lets it pass. */
export class Clock {
  #now: number;
  #timers: Timer[] = [];

  constructor(start: number) {
    this.#now = start;
  }

  get now(): number {
    return this.#now;
  }

  after(ms: number, wake: () => void): void {
    this.#timers.push({ at: this.#now + ms, wake });
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
