import { type Database, DatabaseError, type Queries, type Sql } from '@cloister/database';
import { Died, type Life, never } from '@cloister/testkit/model';
import { type RowLock, type RowUse, rowUseOf } from './row-lock.ts';
import type { Stage } from './stage.ts';

type Options = {
  readonly name: string;
  readonly real: Database;
  readonly stage: Stage;
  readonly row: RowLock;
  readonly life: Life;
  /** Resolves while the node is not stopped. */
  readonly running: () => Promise<void>;
  /** Whether the way to the database is cut. */
  readonly isCutOff: () => boolean;
  /** Told of each commit, with what was said in it. */
  readonly committed: (texts: readonly string[]) => Promise<void>;
};

type Transaction = {
  readonly holder: object;
  /** What was said in it. */
  readonly texts: string[];
  /** What is asked and not answered yet. */
  readonly asking: Set<Promise<unknown>>;
};

/**
 * The database as one life of a node sees it. Every statement and every commit is a step of the stage, and a place to die,
 * to be stopped or to be cut off at.
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

  /** One statement: its turn, others while the organisation's row is not to be had, and another if it waited for a lock. */
  async #step<T>(label: string, uses: RowUse | null, holder: object, ask: () => Promise<T>): Promise<T> {
    const { stage, row, life, isCutOff } = this.#options;
    const turn = (what: string) => Promise.race([this.#turn(what), life.over]);
    await turn(label);
    life.step();
    while (uses !== null && !row.take(holder, uses)) {
      await Promise.race([row.released, life.over]);
      await turn(`${label} again`);
    }
    if (isCutOff()) throw new DatabaseError('unavailable');
    const began = stage.step;
    try {
      return await ask();
    } finally {
      if (stage.step !== began) await turn(`${label} has its lock`);
    }
  }

  /** A statement by itself. */
  #alone<T>(statement: Sql<unknown>, ask: (queries: Queries) => Promise<T>): Promise<T> {
    const { real, stage, row, committed } = this.#options;
    const [holder, uses] = [{}, rowUseOf(statement)];
    return this.#lasting(() =>
      this.#step(brief(statement), uses, holder, async () => {
        const leave = stage.enter();
        try {
          const result = await ask(real);
          if (isWrite(statement)) await committed([statement.text]);
          return result;
        } finally {
          row.release(holder, uses === 'make');
          stage.unblock();
          leave();
        }
      }),
    );
  }

  async #transaction<T>(
    work: (tx: Queries) => Promise<T>,
    options: Parameters<Database['transaction']>[1],
  ): Promise<T> {
    const { real, stage, row, life, committed } = this.#options;
    const [holder, texts, asking] = [{}, [] as string[], new Set<Promise<unknown>>()];
    let isCommitted = false;
    let leave = stage.enter();
    try {
      const result = await real.transaction(async (tx) => {
        leave();
        try {
          // What it waits for elsewhere may never be answered after the death.
          const value = await Promise.race([work(this.#inside(tx, { holder, texts, asking })), life.over]);
          await this.#step('commit', null, holder, async () => undefined);
          return value;
        } finally {
          // What ends the transaction, too.
          await Promise.allSettled(asking);
          leave = stage.enter();
        }
      }, options);
      isCommitted = true;
      await committed(texts);
      return result;
    } finally {
      row.release(holder, isCommitted);
      stage.unblock();
      leave();
    }
  }

  #inside(tx: Queries, { holder, texts, asking }: Transaction): Queries {
    const { stage, life } = this.#options;
    return this.#queries(async (statement, ask) => {
      const result = await this.#step(brief(statement), rowUseOf(statement), holder, async () => {
        texts.push(statement.text);
        // One connection: a statement waits behind the one before, even where that waits for a lock.
        const before = [...asking];
        const asked = Promise.allSettled(before).then(() => stage.track(ask(tx)));
        asking.add(asked);
        return asked.finally(() => asking.delete(asked));
      });
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
