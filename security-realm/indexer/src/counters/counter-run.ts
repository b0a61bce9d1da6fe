import { type Database, sql } from '@cloister/database';
import { CloisterError } from '@cloister/wire';

/**
 * One process's time with the counters. What it keeps in memory alone it announces first: after one that announced and did not finish, what
 * was stored until then is not to be relied on.
 */
export class CounterRun {
  readonly #database: Database;
  readonly number: number;
  /** Counters that were stored in runs before this one may lack searches. */
  readonly unsureBefore: number;
  #announced: Promise<void> | undefined;

  private constructor(database: Database, number: number, unsureBefore: number) {
    this.#database = database;
    this.number = number;
    this.unsureBefore = unsureBefore;
  }

  static async begin(database: Database): Promise<CounterRun> {
    const { run, unsureBefore } = await database.one(sql.prepared<{ run: number; unsureBefore: number }>`
      update counter_runs set run = run + 1, unwritten = false,
        unsure_before = case when unwritten then run + 1 else unsure_before end
      returning run, unsure_before as "unsureBefore"`);
    return new CounterRun(database, run, unsureBefore);
  }

  /** Resolves once it is known for good that something may be unwritten. @throws CloisterError `platform/conflict` when another run began */
  announce(): Promise<void> {
    this.#announced ??= this.#set(true).catch((fault: unknown) => {
      this.#announced = undefined;
      throw fault;
    });
    return this.#announced;
  }

  /** Everything is stored. */
  async finish(): Promise<void> {
    if (this.#announced === undefined) return;
    await this.#set(false);
    this.#announced = undefined;
  }

  async #set(unwritten: boolean): Promise<void> {
    const changed = await this.#database.execute(
      sql.prepared`update counter_runs set unwritten = ${unwritten} where run = ${this.number}::bigint`,
    );
    if (changed === 0) throw new CloisterError('platform/conflict', { detail: 'another run began' });
  }
}
