import { CloisterError } from '@cloister/wire';
import type { SearchKey } from '../tokens/search-key.ts';
import { closed, lastBucket, next } from './counter.ts';
import { type IndexName, idOf } from './counter-row.ts';
import { CounterTable } from './counter-table.ts';
import { type EpochCounters, newEpoch } from './epoch-counters.ts';
import { type TermId, writeTermId } from './term-id.ts';

/** Filled and read at once, never kept. */
const id: TermId = { low: 0, high: 0 };

/** The counters of one index in memory. Everything it does is done at once; storing is `Counters`' task. */
export class OpenedIndex {
  readonly name: IndexName;
  readonly id: string;
  /** By epoch. */
  readonly epochs: EpochCounters[];
  /** The furthest that a batch ever went, arrived or not. */
  position: number;
  /** The furthest that the core said it had. */
  confirmed: number;
  /** What is not stored yet, of the newest epoch. */
  #changes = new CounterTable();
  /** How many are at work with it and need it to stay in memory. */
  users = 0;
  #isUnwritten = false;
  #isGone = false;

  constructor(name: IndexName, epochs: EpochCounters[] = [], position = 0, confirmed = 0) {
    this.name = name;
    this.id = idOf(name);
    this.epochs = epochs;
    this.position = position;
    this.confirmed = confirmed;
  }

  /** Entries in memory. */
  get size(): number {
    return this.epochs.reduce((sum, { table }) => sum + table.size, this.#changes.size);
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  get hasChanges(): boolean {
    return this.#changes.size > 0;
  }

  /** Whether it knows of searches that are not stored. */
  get isUnwritten(): boolean {
    return this.#isUnwritten;
  }

  /** The epoch that new postings belong to; a newer key than all before begins one. */
  newest(keys: readonly SearchKey[]): EpochCounters {
    this.#requireUse();
    const key = keys.at(-1);
    if (key === undefined) throw new CloisterError('platform/internal', { detail: 'an index without a search key' });
    const last = this.epochs.at(-1);
    if (last !== undefined && last.key.epoch >= key.epoch) return last;
    // What an older epoch's next posting would do matters no more: it gets none.
    this.#changes = new CounterTable();
    const begun = newEpoch(key, this.position);
    this.epochs.push(begun);
    return begun;
  }

  /** Counts one more posting of a term in the newest epoch, where buckets take `size`, and tells its bucket. */
  take(epoch: EpochCounters, term: string, size: number): number {
    this.#requireUse();
    writeTermId(id, term);
    const counter = next(epoch.table.get(id), size);
    epoch.table.set(id, counter);
    this.#changes.set(id, counter);
    return lastBucket(counter);
  }

  /** Tells each epoch in which the term has postings, and the last of their buckets. */
  find(term: string, found: (key: SearchKey, bucket: number) => void): void {
    this.#requireUse();
    writeTermId(id, term);
    for (const { key, table } of this.epochs) {
      const counter = table.get(id);
      if (counter !== 0) found(key, lastBucket(counter));
    }
  }

  /** The term was searched: its next posting starts a bucket. Tells whether that is news. */
  close(term: string): boolean {
    this.#requireUse();
    writeTermId(id, term);
    const { table } = this.epochs.at(-1) ?? {};
    const counter = table?.get(id) ?? 0;
    if (table === undefined || closed(counter) === counter) return false;
    table.set(id, closed(counter));
    this.#changes.set(id, closed(counter));
    this.#isUnwritten = true;
    return true;
  }

  /** Nobody knows which terms were searched: the next posting of each starts a bucket. */
  closeEverything(): void {
    this.#requireUse();
    const table = this.epochs.at(-1)?.table;
    if (table !== undefined) this.#closeAll(table, table);
  }

  /** The same for every term that has an entry in `entries` (of `CounterTable`). */
  closeAll(entries: Buffer): void {
    this.#requireUse();
    const table = this.epochs.at(-1)?.table;
    const named = new CounterTable();
    named.merge(entries);
    if (table !== undefined) this.#closeAll(table, named);
  }

  #closeAll(table: CounterTable, named: CounterTable): void {
    named.each((each) => {
      const counter = closed(table.get(each));
      table.set(each, counter);
      this.#changes.set(each, counter);
    });
  }

  /** What changed in the newest epoch since it was asked last. */
  takeChanges(): Buffer {
    this.#requireUse();
    const bytes = this.#changes.bytes();
    this.#changes = new CounterTable();
    return bytes;
  }

  /** What was taken is stored. */
  stored(): void {
    this.#isUnwritten &&= this.hasChanges;
  }

  /** Leaves nothing in memory; whoever still works with it is refused. */
  wipe(): void {
    this.#isGone = true;
    this.#changes.wipe();
    for (const { table } of this.epochs) table.wipe();
  }

  /** Counters that were wiped would count from the beginning, and find nothing. */
  #requireUse(): void {
    if (this.#isGone) throw new CloisterError('platform/unavailable', { detail: 'the index was closed meanwhile' });
  }
}
