import type { Database, Queries, Sql } from '@cloister/database';
import { Died, type Life } from './internals.ts';
import type { Stage } from './stage.ts';

type Options = {
  readonly name: string;
  readonly real: Database;
  readonly stage: Stage;
  readonly life: Life;
  /** Resolves while the node is not stopped. */
  readonly running: () => Promise<void>;
  /** Told of each commit, with what was said in it. */
  readonly committed: (texts: readonly string[]) => Promise<void>;
};

const never = <T>(): Promise<T> => new Promise(() => undefined);

/**
 * The database as one life of a node sees it. Every statement and every commit is a step of the stage, and a place to die
 * or to be stopped at.
 */
export class NodeDatabase {
  readonly #options: Options;
  readonly #open = new Set<Promise<unknown>>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** Resolves when nothing of this life is left at the database. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#open);
  }

  get database(): Database {
    return {
      ...this.#options.real,
      ...this.#queries((statement, ask) => this.#alone(statement, ask)),
      transaction: (work, options) => this.#lasting(() => this.#transaction(work, options)),
    };
  }

  #queries(run: <T>(statement: Sql<unknown>, ask: (queries: Queries) => Promise<T>) => Promise<T>): Queries {
    return {
      rows: (statement) => run(statement, (queries) => queries.rows(statement)),
      one: (statement) => run(statement, (queries) => queries.one(statement)),
      maybe: (statement) => run(statement, (queries) => queries.maybe(statement)),
      execute: (statement) => run(statement, (queries) => queries.execute(statement)),
    };
  }

  async #turn(label: string): Promise<void> {
    const { name, stage, running } = this.#options;
    await running();
    await stage.turn(`${name}: ${label}`);
    await running();
  }

  /** A statement by itself. */
  #alone<T>(statement: Sql<unknown>, ask: (queries: Queries) => Promise<T>): Promise<T> {
    return this.#lasting(async () => {
      const { real, stage, life, committed } = this.#options;
      await Promise.race([this.#turn(brief(statement)), life.over]);
      life.step();
      const result = await stage.track(ask(real));
      if (isWrite(statement)) await stage.track(committed([statement.text]));
      return result;
    });
  }

  async #transaction<T>(
    work: (tx: Queries) => Promise<T>,
    options: Parameters<Database['transaction']>[1],
  ): Promise<T> {
    const { real, stage, life, committed } = this.#options;
    const texts: string[] = [];
    let leave = stage.enter();
    try {
      const result = await real.transaction(async (tx) => {
        leave();
        try {
          // What it waits for elsewhere may never be answered after the death.
          const value = await Promise.race([work(this.#inside(tx, texts)), life.over]);
          await Promise.race([this.#turn('commit'), life.over]);
          life.step();
          return value;
        } finally {
          leave = stage.enter();
        }
      }, options);
      await committed(texts);
      return result;
    } finally {
      leave();
    }
  }

  #inside(tx: Queries, texts: string[]): Queries {
    const { stage, life } = this.#options;
    return this.#queries(async (statement, ask) => {
      await this.#turn(brief(statement));
      life.step();
      texts.push(statement.text);
      const result = await stage.track(ask(tx));
      if (life.isOver) throw new Died();
      return result;
    });
  }

  /** Who asked before the death hears nothing after it. */
  async #lasting<T>(work: () => Promise<T>): Promise<T> {
    const { life } = this.#options;
    if (life.isOver) return never();
    const running = work();
    this.#open.add(running);
    try {
      const result = await running;
      return life.isOver ? never() : result;
    } catch (error) {
      if (life.isOver) return never();
      throw error;
    } finally {
      this.#open.delete(running);
    }
  }
}

const isWrite = ({ text }: Sql<unknown>): boolean => /^\s*(insert|update|delete)/i.test(text);

/** The first words, for the report. */
const brief = ({ text }: Sql<unknown>): string => text.trim().split(/\s+/).slice(0, 4).join(' ');
