/** Who waits for a realm, until it says something or their own signal says stop. */
export class Arrivals {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Wakes everybody who waits for the realm. */
  arrived(kmsHost: string): void {
    for (const wake of this.#waiting.get(kmsHost) ?? []) wake();
    this.#waiting.delete(kmsHost);
  }

  /** Resolves when the realm arrives, or when the signal says stop. */
  next(kmsHost: string, stop: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(kmsHost) ?? new Set();
      this.#waiting.set(kmsHost, waiting);
      const wake = () => {
        waiting.delete(wake);
        stop.removeEventListener('abort', wake);
        resolve();
      };
      waiting.add(wake);
      if (stop.aborted) wake();
      else stop.addEventListener('abort', wake, { once: true });
    });
  }
}
