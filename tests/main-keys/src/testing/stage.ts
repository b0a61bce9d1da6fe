import { type Database, sql } from '@cloister/database';
import type { Scheduler } from 'fast-check';
import { Busy } from './internals.ts';

/** How many turns of the event loop in a row must find nothing at work. */
const calmTurns = 4;
/** Milliseconds in which nothing ends, before the database is asked whether what is at work waits for a lock. */
const patience = 3;
/** How often it is asked before a run is given up. */
const endless = 10_000;

/**
 * Where everything happens: each statement waits until the scheduler lets it begin, and the next one does only when
 * nothing is at work but statements that wait for each other's locks. So nodes interleave at every statement, and how
 * they do depends on the seed alone.
 */
export class Stage extends Busy {
  readonly #observer: Database;
  #atWork = 0;
  #ended = Promise.withResolvers<void>();
  /** How many steps were taken: the time of a run. */
  step = 0;
  /** Without one, statements begin at once. */
  scheduler: Scheduler | null = null;

  constructor(observer: Database) {
    super();
    this.#observer = observer;
  }

  /** Whether nothing is begun that has not ended. */
  get isEmpty(): boolean {
    return this.#atWork === 0;
  }

  /** Until it is its turn. */
  async turn(label: string): Promise<void> {
    if (this.scheduler !== null) await this.scheduler.schedule(Promise.resolve(), label);
    this.step += 1;
  }

  /** Counts something as at work until the answer is called. */
  enter(): () => void {
    let isOver = false;
    this.#atWork += 1;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#atWork -= 1;
      this.#ended.resolve();
      this.#ended = Promise.withResolvers();
    };
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
    for (let [calm, asked] = [0, 0]; calm < calmTurns; ) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#atWork > 0 && !(await this.#endsSoon())) {
        asked += 1;
        if (asked > endless) throw new Error('something never ends');
        calm = (await this.#waiting()) === this.#atWork ? calm + 1 : 0;
      } else calm = this.#atWork === 0 ? calm + 1 : 0;
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
  async #waiting(): Promise<number> {
    const { count } = await this.#observer.one(sql<{ count: number }>`
      select count(distinct l.pid)::integer as count from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where not l.granted and a.datname = current_database()`);
    return count;
  }
}
