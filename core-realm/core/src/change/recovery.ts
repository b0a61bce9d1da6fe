import type { Log } from '@cloister/logging';
import type { TwoPartChanges } from './two-part-changes.ts';

/**
 * Follows what is pending to its end: at the start, whenever a realm connects, and from time to time while anything is
 * left. Rounds never overlap; a call during one leads to one more.
 */
export class Recovery {
  readonly #changes: TwoPartChanges;
  readonly #log: Log;
  #round: Promise<void> | undefined;
  #again = false;

  constructor(changes: TwoPartChanges, log: Log) {
    this.#changes = changes;
    this.#log = log;
  }

  /** Asks about everything pending; resolves when the round it led to is over. */
  run(): Promise<void> {
    this.#again = true;
    this.#round ??= this.#rounds().finally(() => {
      this.#round = undefined;
    });
    return this.#round;
  }

  async #rounds(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      await this.#changes.recover().catch((error) => this.#log.failure('intents.not-recovered', error));
    }
  }
}
