import type { IndexFigures } from './figures-of.ts';

const WEEK = 7 * 86_400_000;

/** The newest figures, as JSON: made when somebody asks, at most once a week, while people go on searching. */
export class OwnFigures {
  readonly #make: () => Promise<IndexFigures>;
  readonly #now: () => number;
  readonly #broke: (fault: unknown) => void;
  #newest: { readonly json: string; readonly at: number } | null = null;
  #making: Promise<void> | null = null;

  /** `broke` is told why they could not be made; whoever asks next has it tried again. */
  constructor(make: () => Promise<IndexFigures>, now: () => number, broke: (fault: unknown) => void) {
    this.#make = make;
    this.#now = now;
    this.#broke = broke;
  }

  /** The newest there are; null while the first are being made. */
  async get(): Promise<string | null> {
    if (this.#newest === null || this.#now() - this.#newest.at > WEEK) this.#making ??= this.#remake();
    return this.#newest?.json ?? null;
  }

  /** Resolves when nothing is being made. */
  async settled(): Promise<void> {
    await this.#making;
  }

  async #remake(): Promise<void> {
    try {
      this.#newest = { json: JSON.stringify(await this.#make()), at: this.#now() };
    } catch (fault) {
      this.#broke(fault);
    } finally {
      this.#making = null;
    }
  }
}
