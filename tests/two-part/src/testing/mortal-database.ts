import type { Database, Queries } from '@cloister/database';
import type { Busy } from './busy.ts';

/** Thrown inside a transaction whose process has died, so that it is rolled back as by a lost connection. */
export class Died extends Error {}

/** For what a death may cut short. */
export const orUndefined = (error: unknown): undefined => {
  if (error instanceof Died) return undefined;
  throw error;
};

const never = <T>(): Promise<T> => new Promise(() => undefined);

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

/** One life of a process: it ends when told, or after so many steps. */
export class Life {
  readonly #ended: () => void;
  #left: number | undefined;
  isOver = false;
  readonly #over = Promise.withResolvers<never>();

  constructor(ended: () => void) {
    this.#ended = ended;
    this.#over.promise.catch(() => undefined);
  }

  /** Rejects at the end. */
  get over(): Promise<never> {
    return this.#over.promise;
  }

  /** Dies at the step after so many more. */
  dieAfter(steps: number): void {
    this.#left = Math.min(steps, this.#left ?? steps);
  }

  /** Lives on, if it lives. */
  spare(): void {
    this.#left = undefined;
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#over.reject(new Died());
    this.#ended();
  }

  survives(): boolean {
    if (this.isOver) return false;
    if (this.#left === undefined) return true;
    if (this.#left === 0) this.end();
    else this.#left -= 1;
    return !this.isOver;
  }

  /** @throws Died */
  step(): void {
    if (!this.survives()) throw new Died();
  }
}
