import type { Unsubscribe } from '../api/client.ts';

/** Who wants to know of a change. One turn of the event loop brings at most one call each. */
export class Listeners {
  readonly #all = new Set<() => void>();
  #announced = false;

  subscribe(listener: () => void): Unsubscribe {
    // A wrapper each, so that the same function may subscribe twice.
    const entry = () => listener();
    this.#all.add(entry);
    return () => void this.#all.delete(entry);
  }

  announce(): void {
    if (this.#announced) return;
    this.#announced = true;
    queueMicrotask(() => {
      this.#announced = false;
      for (const entry of [...this.#all]) entry();
    });
  }
}
