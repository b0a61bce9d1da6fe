import type { Log } from '@cloister/logging';
import type { TwoPartChanges } from './two-part-changes.ts';

/** A realm's round of questions. */
interface Round {
  done: Promise<void>;
  again: boolean;
}

/**
 * Follows what is pending to its end: at the start, whenever a realm connects, and from time to time while anything is
 * left. A realm's rounds never overlap; a call during one leads to one more. Realms do not wait for each other: one that is
 * silent must not keep the rooms of the others undecided.
 */
export class Recovery {
  readonly #changes: TwoPartChanges;
  readonly #hosts: () => readonly string[];
  readonly #log: Log;
  readonly #rounds = new Map<string, Round>();

  /** @param hosts the realms that can be asked now */
  constructor(changes: TwoPartChanges, hosts: () => readonly string[], log: Log) {
    this.#changes = changes;
    this.#hosts = hosts;
    this.#log = log;
  }

  /** Asks about everything pending; resolves when the rounds it led to are over. */
  async run(): Promise<void> {
    await Promise.all(this.#hosts().map((kmsHost) => this.#ask(kmsHost)));
  }

  #ask(kmsHost: string): Promise<void> {
    const running = this.#rounds.get(kmsHost);
    if (running !== undefined) {
      running.again = true;
      return running.done;
    }
    const round: Round = { done: Promise.resolve(), again: true };
    this.#rounds.set(kmsHost, round);
    round.done = this.#follow(kmsHost, round).finally(() => this.#rounds.delete(kmsHost));
    return round.done;
  }

  async #follow(kmsHost: string, round: Round): Promise<void> {
    while (round.again) {
      round.again = false;
      await this.#changes
        .recover(kmsHost)
        .catch((error) => this.#log.failure('intents.not-recovered', error, { kmsHost }));
    }
  }
}
