import type { Database, Queries } from '@cloister/database';
import { type Busy, Died, type Life, never } from '@cloister/testkit/model';

/**
 * A database as one life of a process sees it. Every statement, and the moment before and after each commit, is a place to
 * die at: from then on nothing that this life asked for is answered, and its open transactions are rolled back.
 */
export class MortalDatabase {
  readonly #real: Database;
  readonly #busy: Busy;
  readonly #open = new Set<Promise<unknown>>();
  readonly #life: Life;

  constructor(real: Database, busy: Busy, life: Life) {
    this.#real = real;
    this.#busy = busy;
    this.#life = life;
  }

  /** Resolves when nothing of this life is left at the database. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#open);
  }

  get database(): Database {
    const { rows, one, maybe, execute } = this.#outside(this.#real);
    return {
      ...this.#real,
      rows,
      one,
      maybe,
      execute,
      transaction: (work, options) =>
        this.#answer(() =>
          this.#real.transaction(async (tx) => {
            // What it waits for elsewhere may never be answered after the death.
            const value = await Promise.race([work(this.#inside(tx)), this.#life.over]);
            this.#life.step();
            return value;
          }, options),
        ),
    };
  }

  /** A statement by itself: who asked before the death hears nothing after it. */
  async #answer<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#life.survives()) return never();
    const running = this.#busy.track(work());
    this.#open.add(running);
    try {
      const result = await running;
      return this.#life.survives() ? result : never();
    } catch (error) {
      if (this.#life.isOver) return never();
      throw error;
    } finally {
      this.#open.delete(running);
    }
  }

  #outside(real: Queries): Queries {
    return {
      rows: (statement) => this.#answer(() => real.rows(statement)),
      one: (statement) => this.#answer(() => real.one(statement)),
      maybe: (statement) => this.#answer(() => real.maybe(statement)),
      execute: (statement) => this.#answer(() => real.execute(statement)),
    };
  }

  #inside(tx: Queries): Queries {
    const ask = async <T>(work: () => Promise<T>): Promise<T> => {
      this.#life.step();
      const result = await work();
      if (this.#life.isOver) throw new Died();
      return result;
    };
    return {
      rows: (statement) => ask(() => tx.rows(statement)),
      one: (statement) => ask(() => tx.one(statement)),
      maybe: (statement) => ask(() => tx.maybe(statement)),
      execute: (statement) => ask(() => tx.execute(statement)),
    };
  }
}
