import type { SharedEvent } from './shared-event.ts';

/** One budget for every event kept for readers that may come back, over all sockets; a shared event counts once. */
export class RetainedBytes {
  readonly #limit: number;
  readonly #sizes = new WeakMap<SharedEvent, number>();
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Holds the event, or answers false when the budget is spent. */
  hold(event: SharedEvent): boolean {
    if (!event.retain()) return true;
    const { size } = event;
    if (this.#bytes + size > this.#limit) {
      event.release();
      return false;
    }
    this.#sizes.set(event, size);
    this.#bytes += size;
    return true;
  }

  drop(event: SharedEvent): void {
    if (!event.release()) return;
    this.#bytes -= this.#sizes.get(event) ?? 0;
    this.#sizes.delete(event);
  }
}
