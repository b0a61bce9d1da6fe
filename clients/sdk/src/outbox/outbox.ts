import { CloisterError, type RoomId } from '@cloister/wire';
import { backoff } from '../async/backoff.ts';
import { type Deferred, deferred } from '../async/deferred.ts';
import type { Platform, Timer } from '../platform.ts';
import type { Store } from '../store/store.ts';
import { type OutboxBody, type OutboxEntry, readOutboxEntry, writeOutboxEntry } from './outbox-entry.ts';
import { mayPass, sendFailureOf } from './send-failure.ts';

export interface OutboxOptions {
  readonly platform: Platform;
  readonly store: Store;
  /** Seals and posts; resolves when the core stored it. */
  readonly deliver: (entry: OutboxEntry) => Promise<void>;
  readonly changed: (roomId: RoomId) => void;
}

interface Lane {
  running: boolean;
  count: number;
  timer: Timer | undefined;
}

const ladder = { first: 1_000, most: 30_000 };

/**
 * What was written and is not yet stored by the core. Kept in the store before anything is sent, sent in order within a
 * room, repeated under the same id until it is stored, refused, or discarded.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #entries = new Map<string, OutboxEntry>();
  readonly #lanes = new Map<RoomId, Lane>();
  readonly #awaited = new Map<string, Deferred<void>>();
  #order = 0;
  #closed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Takes up what the last run left. */
  async load(): Promise<void> {
    const records = await this.#options.store.readAll('outbox');
    for (const [name, value] of records) {
      const entry = readOutboxEntry(value);
      if (entry === undefined) await this.#options.store.remove('outbox', name);
      else this.#entries.set(entry.key, entry);
    }
    this.#order = Math.max(0, ...[...this.#entries.values()].map(({ order }) => order));
  }

  /** Those of one room in the order they go out. */
  of(roomId: RoomId): readonly OutboxEntry[] {
    return [...this.#entries.values()].filter((entry) => entry.roomId === roomId).sort((a, b) => a.order - b.order);
  }

  get size(): number {
    return this.#entries.size;
  }

  async add(roomId: RoomId, key: string, body: OutboxBody, at?: string): Promise<void> {
    this.#order += 1;
    const written = at ?? new Date(this.#options.platform.now()).toISOString();
    const entry: OutboxEntry = { key, roomId, order: this.#order, at: written, body };
    this.#entries.set(key, entry);
    this.#options.changed(roomId);
    await this.#options.store.write('outbox', key, writeOutboxEntry(entry));
    this.#go(roomId);
  }

  /** Resolves when the entry is stored by the core; rejects when it failed or was discarded. */
  sent(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry === undefined) return Promise.resolve();
    if (entry.failure !== undefined) return Promise.reject(errorOfFailure(entry.failure));
    const awaited = this.#awaited.get(key) ?? deferred<void>();
    this.#awaited.set(key, awaited);
    return awaited.promise;
  }

  retry(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    const { failure: _failure, ...again } = entry;
    this.#entries.set(key, again);
    void this.#options.store.write('outbox', key, writeOutboxEntry(again)).catch(() => {});
    this.#options.changed(entry.roomId);
    this.#hurry(entry.roomId);
  }

  async discard(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    await this.#forget(entry);
    this.#end(key, new CloisterError('client/cancelled'));
  }

  /** The line is back, or this is the first moment to send. */
  hurry(): void {
    for (const roomId of new Set([...this.#entries.values()].map((entry) => entry.roomId))) this.#hurry(roomId);
  }

  close(): void {
    this.#closed = true;
    for (const lane of this.#lanes.values()) lane.timer?.cancel();
    for (const awaited of this.#awaited.values()) awaited.reject(new CloisterError('client/cancelled'));
  }

  #hurry(roomId: RoomId): void {
    const lane = this.#lane(roomId);
    lane.timer?.cancel();
    lane.timer = undefined;
    lane.count = 0;
    this.#go(roomId);
  }

  #go(roomId: RoomId): void {
    const lane = this.#lane(roomId);
    if (lane.running || lane.timer !== undefined || this.#closed) return;
    lane.running = true;
    void this.#run(roomId, lane).finally(() => {
      lane.running = false;
      // What came in while the last entry ended starts the lane again.
      if (lane.timer === undefined && this.#next(roomId) !== undefined) this.#go(roomId);
    });
  }

  async #run(roomId: RoomId, lane: Lane): Promise<void> {
    for (;;) {
      const entry = this.#next(roomId);
      if (entry === undefined || this.#closed) return;
      try {
        await this.#options.deliver(entry);
        lane.count = 0;
        await this.#forget(entry);
        this.#end(entry.key);
      } catch (cause) {
        if (this.#closed) return;
        if (mayPass(cause)) {
          this.#wait(entry, cause);
          return this.#later(roomId, lane);
        }
        await this.#failed(entry, cause);
      }
    }
  }

  #next(roomId: RoomId): OutboxEntry | undefined {
    return this.of(roomId).find(({ failure }) => failure === undefined);
  }

  #later(roomId: RoomId, lane: Lane): void {
    const { platform } = this.#options;
    const wait = backoff(ladder, lane.count, platform.jitter());
    lane.count += 1;
    lane.timer = platform.after(wait, () => {
      lane.timer = undefined;
      this.#go(roomId);
    });
  }

  #wait(entry: OutboxEntry, cause: unknown): void {
    const known = this.#entries.get(entry.key);
    const waiting = cause instanceof CloisterError ? cause.code : undefined;
    if (known === undefined || waiting === undefined || known.waiting === waiting) return;
    this.#entries.set(entry.key, { ...known, waiting });
    this.#options.changed(entry.roomId);
  }

  async #failed(entry: OutboxEntry, cause: unknown): Promise<void> {
    // Discarded while under way: nothing to report.
    if (!this.#entries.has(entry.key)) return;
    const { waiting: _, ...kept } = entry;
    const failed = { ...kept, failure: sendFailureOf(cause) };
    this.#entries.set(entry.key, failed);
    this.#options.changed(entry.roomId);
    this.#end(entry.key, cause);
    await this.#options.store.write('outbox', entry.key, writeOutboxEntry(failed)).catch(() => {});
  }

  async #forget(entry: OutboxEntry): Promise<void> {
    this.#entries.delete(entry.key);
    this.#options.changed(entry.roomId);
    await this.#options.store.remove('outbox', entry.key).catch(() => {});
  }

  #end(key: string, cause?: unknown): void {
    const awaited = this.#awaited.get(key);
    this.#awaited.delete(key);
    if (cause === undefined) awaited?.resolve();
    else awaited?.reject(cause);
  }

  #lane(roomId: RoomId): Lane {
    const lane = this.#lanes.get(roomId) ?? { running: false, count: 0, timer: undefined };
    this.#lanes.set(roomId, lane);
    return lane;
  }
}

const errorOfFailure = ({ detail }: { detail?: string | undefined }): CloisterError =>
  new CloisterError('client/cancelled', { detail: detail ?? 'the message failed' });
