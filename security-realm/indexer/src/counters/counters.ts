import { setImmediate as breathe } from 'node:timers/promises';
import type { Database } from '@cloister/database';
import { CloisterError, type OrganisationId } from '@cloister/wire';
import type { SearchKey } from '../tokens/search-key.ts';
import { type CounterRow, type IndexName, idOf, openCounters } from './counter-row.ts';
import { CounterRun } from './counter-run.ts';
import { dropCounters, readCounters, writeCounters } from './counter-store.ts';
import type { OpenedIndex } from './opened-index.ts';
import { restoreIndex } from './restore-index.ts';
import { changesOf } from './rows-to-store.ts';

/** An index, how far the core has it, and the organisation's search keys of its room, oldest first. */
export type IndexToOpen = IndexName & { readonly position: number; readonly keys: readonly SearchKey[] };

type CountersOptions = {
  readonly database: Database;
  readonly organisationId: OrganisationId;
  /** Entries kept in memory, 20 to 40 bytes each; 5 million unless told. */
  readonly maxEntries?: number;
};

/** Opened at a time: nobody else waits longer than for these. */
const STEP = 64;
/** What an index takes beside its entries, in entries. */
const LEAST = 32;

/**
 * How many postings each term has, in every index of the organisation: as much in memory as fits, all of it sealed in the database. One
 * process works with a database at a time; a second one would meet `platform/conflict`.
 */
export class Counters {
  readonly #database: Database;
  readonly #organisationId: OrganisationId;
  readonly #maxEntries: number;
  /** The one used last stands last. */
  readonly #opened = new Map<string, OpenedIndex>();
  readonly #counted = new Map<string, number>();
  #entries = 0;
  readonly #opening = new Map<string, Promise<OpenedIndex | null>>();
  /** Writes follow each other: a row of an index is never stored before the one with the lower number. */
  #writes: Promise<void> = Promise.resolve();
  #wipes = 0;
  #begun: Promise<CounterRun> | undefined;

  constructor({ database, organisationId, maxEntries = 5_000_000 }: CountersOptions) {
    this.#database = database;
    this.#organisationId = organisationId;
    this.#maxEntries = maxEntries;
  }

  get organisationId(): OrganisationId {
    return this.#organisationId;
  }

  /** Entries in memory. */
  get entries(): number {
    return this.#entries;
  }

  /**
   * Gives `work` the counters of each index, in order: empty ones for an index that was never written to, null where what is stored is
   * not what was written, or less than the core has: the room needs another generation. They stay in memory until the work is done.
   */
  async use<T>(indexes: readonly IndexToOpen[], work: (opened: (OpenedIndex | null)[]) => Promise<T>): Promise<T> {
    const ids = indexes.map(idOf);
    const behind = indexes.flatMap(({ position }, at) => {
      const opened = this.#opened.get(ids[at] as string);
      return opened !== undefined && opened.position < position ? [opened] : [];
    });
    // Another process may have gone on with them: what is stored decides.
    this.discard(behind);
    const missing = indexes.filter((_, at) => !this.#isAtHand(ids[at] as string));
    for (let at = 0; at < missing.length; at += STEP) this.#startOpening(missing.slice(at, at + STEP));
    const known = await Promise.all(ids.map((id) => this.#opened.get(id) ?? this.#opening.get(id) ?? null));
    const opened = known.map((index, at) =>
      index === null || index.position < (indexes[at]?.position ?? 0) ? null : index,
    );
    const used = opened.filter((index) => index !== null);
    for (const index of used) {
      index.users += 1;
      this.#touch(index);
    }
    try {
      this.#evict();
      return await work(opened);
    } finally {
      for (const index of used) index.users -= 1;
    }
  }

  /** Closes the counters of what was sent after `from` and never arrived, or was lost there. @throws as the database does */
  async rewind(index: OpenedIndex, from: number): Promise<void> {
    const epoch = index.epochs.at(-1);
    if (epoch === undefined) return;
    for (const row of await readCounters(this.#database, [index.name])) {
      if (row.epoch !== epoch.key.epoch || row.to <= from) continue;
      const entries = openCounters(this.#organisationId, epoch.key, row);
      index.closeAll(entries);
      entries.fill(0);
    }
  }

  /** Stores rows of these indexes, which are in use; when that fails, nothing of what changed in them counts. */
  async store(indexes: readonly OpenedIndex[], rows: readonly CounterRow[]): Promise<void> {
    const write = this.#writes.then(async () => {
      if (indexes.some(({ isGone }) => isGone)) throw new CloisterError('platform/unavailable');
      if (rows.length > 0) await writeCounters(this.#database, (await this.#run()).number, rows);
    });
    this.#writes = write.catch(() => undefined);
    try {
      await write;
      for (const index of indexes) {
        index.stored();
        this.#count(index);
      }
    } catch (error) {
      this.discard(indexes);
      throw error;
    }
  }

  /**
   * Remembers that these terms were searched, whoever dies: their next postings start new buckets. Tells of how many that is news. It is
   * stored with what is stored next of the index; until then a word in the database says that something is not.
   */
  async searched(searched: Iterable<readonly [OpenedIndex, terms: Iterable<string>]>): Promise<number> {
    let news = 0;
    for (const [index, terms] of searched) {
      for (const term of terms) if (index.close(term)) news += 1;
      this.#count(index);
    }
    if (news > 0) await (await this.#run()).announce();
    return news;
  }

  /** Stores what is in memory alone, and leaves nothing there: what is not stored then, the next run makes up for. @throws as the database does */
  async finish(): Promise<void> {
    const run = this.#begun;
    try {
      await this.#write([...this.#opened.values()].filter(({ hasChanges }) => hasChanges));
      const isWhole = run === this.#begun && [...this.#opened.values()].every(({ isUnwritten }) => !isUnwritten);
      if (isWhole) await (await run)?.finish();
    } finally {
      this.wipe();
    }
  }

  /** Whatever of these indexes is in memory and not stored is forgotten; they are read again when they are needed. */
  discard(indexes: readonly OpenedIndex[]): void {
    for (const index of indexes) {
      if (this.#opened.get(index.id) === index) this.#forget(index.id);
      // As if the process had died: the next to read begins another run.
      if (index.isUnwritten) this.#begun = undefined;
      index.wipe();
    }
  }

  /** Drops an index for good. */
  async drop(name: IndexName): Promise<void> {
    const opened = this.#opened.get(idOf(name));
    if (opened !== undefined) this.discard([opened]);
    await dropCounters(this.#database, name);
  }

  /** Leaves nothing in memory, for when keys are revoked or the function is off. */
  wipe(): void {
    this.#wipes += 1;
    this.discard([...this.#opened.values()]);
    this.#opening.clear();
  }

  #isAtHand(id: string): boolean {
    return this.#opened.has(id) || this.#opening.has(id);
  }

  #run(): Promise<CounterRun> {
    if (this.#begun !== undefined) return this.#begun;
    const begun = CounterRun.begin(this.#database);
    this.#begun = begun;
    begun.catch(() => {
      if (this.#begun === begun) this.#begun = undefined;
    });
    return begun;
  }

  /** Stores what changed in these, which must not leave memory meanwhile: others would be read, and written to, without it. */
  async #write(indexes: readonly OpenedIndex[]): Promise<void> {
    for (const index of indexes) index.users += 1;
    try {
      await this.store(
        indexes,
        indexes.flatMap((index) => changesOf(this.#organisationId, index) ?? []),
      );
    } finally {
      for (const index of indexes) index.users -= 1;
    }
  }

  #startOpening(indexes: readonly IndexToOpen[]): void {
    const reading = this.#read(indexes);
    for (const index of indexes) {
      const id = idOf(index);
      const one = reading.then((opened) => opened.get(id) ?? null);
      this.#opening.set(id, one);
      const done = () => {
        if (this.#opening.get(id) === one) this.#opening.delete(id);
      };
      one.then(done, done);
    }
  }

  async #read(indexes: readonly IndexToOpen[]): Promise<Map<string, OpenedIndex | null>> {
    const wipes = this.#wipes;
    const { unsureBefore } = await this.#run();
    const rows = Map.groupBy(await readCounters(this.#database, indexes), idOf);
    await breathe();
    // What was wiped while this was on its way must not come back.
    if (wipes !== this.#wipes) throw new CloisterError('platform/unavailable');
    return new Map(
      indexes.map((index) => {
        const own = rows.get(idOf(index)) ?? [];
        const opened = restoreIndex(this.#organisationId, nameOf(index), index.keys, own);
        if (opened !== null) {
          if ((own.at(-1)?.run ?? unsureBefore) < unsureBefore) opened.closeEverything();
          this.#opened.set(idOf(index), opened);
          this.#count(opened);
        }
        return [idOf(index), opened];
      }),
    );
  }

  #touch(index: OpenedIndex): void {
    const { id } = index;
    if (this.#opened.get(id) !== index) return;
    this.#opened.delete(id);
    this.#opened.set(id, index);
  }

  #count(index: OpenedIndex): void {
    const { id } = index;
    if (this.#opened.get(id) !== index) return;
    this.#entries += LEAST + index.size - (this.#counted.get(id) ?? 0);
    this.#counted.set(id, LEAST + index.size);
  }

  /** What is not stored yet is stored first, and goes another time. */
  #evict(): void {
    const unwritten: OpenedIndex[] = [];
    let over = this.#entries - this.#maxEntries;
    for (const [id, index] of this.#opened) {
      if (over <= 0) break;
      if (index.users > 0) continue;
      over -= this.#counted.get(id) ?? 0;
      if (index.hasChanges) unwritten.push(index);
      else this.#forget(id);
    }
    // Where that fails they are forgotten, and another run begins: whoever comes next meets the database's fault.
    if (unwritten.length > 0) this.#write(unwritten).catch(() => undefined);
  }

  #forget(id: string): void {
    this.#opened.delete(id);
    this.#entries -= this.#counted.get(id) ?? 0;
    this.#counted.delete(id);
  }
}

const nameOf = ({ roomId, generation }: IndexName): IndexName => ({ roomId, generation });
