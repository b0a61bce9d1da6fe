import { AsyncLocalStorage } from 'node:async_hooks';
import { type Database, sql } from '@cloister/database';
import { Busy } from '@cloister/testkit/model';
import type { Scheduler } from 'fast-check';

/** How many turns of the event loop in a row must find nothing at work. */
const calmTurns = 4;
/** Milliseconds in which nothing ends, before the database is asked whether what is at work waits for a lock. */
const patience = 1;
/** How often it is asked before a run is given up. */
const endless = 10_000;
/** Ten times what the longest run takes: what goes on after so many steps goes round in circles. */
const mostSteps = 20_000;

interface Waiting {
  readonly flow: number;
  readonly label: string;
  readonly begin: () => void;
}

/**
 * Where everything happens: each statement, and each answer of a key store, waits until the scheduler lets it begin, and
 * the next one does only when nothing is at work but statements that wait for each other's locks. So nodes interleave at
 * every statement, and how they do depends on the seed alone, not on what a machine does first.
 */
export class Stage extends Busy {
  readonly #observer: Database;
  readonly #flows = new AsyncLocalStorage<number>();
  #flowsBegun = 0;
  /** What came since the last step, in no order that means anything. */
  #came: Waiting[] = [];
  /** What may end by itself. */
  readonly #atWork = new Set<object>();
  /** What waits for a lock until somebody lets go of one. */
  readonly #blocked = new Set<object>();
  #changes = 0;
  #ended = Promise.withResolvers<void>();
  #scheduler: Scheduler | null = null;
  /** How many steps were taken: the time of a run. */
  step = 0;

  constructor(observer: Database) {
    super();
    this.#observer = observer;
  }

  /** Whether nothing is begun that has not ended. */
  get isEmpty(): boolean {
    return this.#atWork.size + this.#blocked.size + this.#came.length === 0;
  }

  /** From here on the scheduler says what is next. */
  open(scheduler: Scheduler): void {
    this.#scheduler = scheduler;
    [this.step, this.#flowsBegun] = [0, 0];
  }

  /** Everything begins at once, also what waits. */
  close(): void {
    this.#scheduler = null;
    for (const { begin } of this.#came.splice(0)) begin();
  }

  /** Everything that comes of this work is told apart from everything else, however alike it is. */
  flow<T>(work: () => T): T {
    this.#flowsBegun += 1;
    return this.#flows.run(this.#flowsBegun, work);
  }

  /** Until it is its turn. */
  async turn(label: string): Promise<void> {
    if (this.#scheduler !== null) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#came.push({ flow: this.#flows.getStore() ?? 0, label, begin: resolve });
      await promise;
    }
    this.step += 1;
    this.#requireEnd();
  }

  /** Counts something as at work until the answer is called. */
  enter(): () => void {
    const work = {};
    this.#atWork.add(work);
    this.#changes += 1;
    return () => {
      this.#atWork.delete(work);
      this.#blocked.delete(work);
      this.#changes += 1;
      this.#ended.resolve();
      this.#ended = Promise.withResolvers();
    };
  }

  /** Somebody let go of locks: what waited for one may go on. */
  unblock(): void {
    for (const work of this.#blocked) this.#atWork.add(work);
    this.#blocked.clear();
  }

  override async track<T>(work: Promise<T>): Promise<T> {
    const leave = this.enter();
    try {
      return await work;
    } finally {
      leave();
    }
  }

  override async quiet(): Promise<void> {
    for (let [calm, asked] = [0, 0]; calm < calmTurns; calm += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      while (this.#atWork.size > 0) {
        calm = -1;
        if (await this.#endsSoon()) continue;
        asked += 1;
        if (asked > endless) throw new Error('something never ends');
        const [changes, all] = [this.#changes, this.#atWork.size + this.#blocked.size];
        if ((await this.#waitingForLocks()) === all && this.#changes === changes) this.#block();
      }
    }
    this.#requireEnd();
    this.#callUp();
  }

  #requireEnd(): void {
    if (this.step > mostSteps) throw new Error('it goes round in circles');
  }

  #block(): void {
    for (const work of this.#atWork) this.#blocked.add(work);
    this.#atWork.clear();
  }

  /** What came together is put before the scheduler in an order of its own. */
  #callUp(): void {
    const came = this.#came.splice(0).toSorted((a, b) => a.flow - b.flow || byText(a.label, b.label));
    for (const { label, begin } of came) {
      if (this.#scheduler === null) begin();
      else void this.#scheduler.schedule(Promise.resolve(), label).then(begin);
    }
  }

  /** Whether anything that is at work ends before long. */
  async #endsSoon(): Promise<boolean> {
    const { promise: late, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), patience);
    const isEnded = await Promise.race([this.#ended.promise.then(() => true), late]);
    clearTimeout(timer);
    return isEnded;
  }

  /** How many statements wait for a lock; exact, for a lock is given in the moment in which another lets go of it. */
  async #waitingForLocks(): Promise<number> {
    const { count } = await this.#observer.one(sql<{ count: number }>`
      select count(distinct l.pid)::integer as count from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where not l.granted and a.datname = current_database()`);
    return count;
  }
}

const byText = (a: string, b: string): number => Number(a > b) - Number(a < b);
