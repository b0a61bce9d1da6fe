/** A change that somebody listens for; `forget` when they no longer do. */
export interface Change {
  readonly happened: Promise<void>;
  forget(): void;
}

/** Those who wait for something to change, by what it is about. */
export class Waiters<Key> {
  readonly #waiting = new Map<Key, Set<() => void>>();

  /** Listens from now on, so that nothing between a look and the wait is missed; `ended` ends the wait too. */
  change(key: Key, ended: AbortSignal): Change {
    const { promise: happened, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting);
    const forget = () => {
      waiting.delete(wake);
      if (waiting.size === 0 && this.#waiting.get(key) === waiting) this.#waiting.delete(key);
      ended.removeEventListener('abort', wake);
    };
    const wake = () => {
      forget();
      resolve();
    };
    waiting.add(wake);
    if (ended.aborted) wake();
    else ended.addEventListener('abort', wake, { once: true });
    return { happened, forget };
  }

  has(key: Key): boolean {
    return this.#waiting.has(key);
  }

  wake(key: Key): void {
    for (const wake of [...(this.#waiting.get(key) ?? [])]) wake();
  }
}
