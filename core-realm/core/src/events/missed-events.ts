import type { RetainedBytes } from './retained-bytes.ts';
import type { SharedEvent } from './shared-event.ts';

/** How many events are kept for one reader. */
export const missedLimit = 256;

interface Kept {
  readonly sequence: number;
  readonly event: SharedEvent;
}

/** The last events of one reader, in order and without a gap, until acknowledged, too many or too large. */
export class MissedEvents {
  readonly #budget: RetainedBytes;
  #kept: Kept[] = [];

  constructor(budget: RetainedBytes) {
    this.#budget = budget;
  }

  /** Adds the newest event. What does not fit is forgotten with all before it: a gap would look like completeness. */
  push(sequence: number, event: SharedEvent): void {
    if (!this.#budget.hold(event)) {
      this.clear();
      return;
    }
    this.#kept.push({ sequence, event });
    if (this.#kept.length > missedLimit) this.#dropFirst(1);
  }

  /** Forgets everything up to the event with this id. */
  acknowledge(eventId: string): void {
    const index = this.#kept.findIndex((kept) => kept.event.id === eventId);
    if (index >= 0) this.#dropFirst(index + 1);
  }

  /** The event with this sequence number, if it is still kept. */
  at(sequence: number): SharedEvent | undefined {
    const first = this.#kept[0];
    return first === undefined ? undefined : this.#kept[sequence - first.sequence]?.event;
  }

  clear(): void {
    this.#dropFirst(this.#kept.length);
  }

  #dropFirst(count: number): void {
    for (const kept of this.#kept.splice(0, count)) this.#budget.drop(kept.event);
  }
}
