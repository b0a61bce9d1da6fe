import type { Database, Queries } from '@cloister/database';
import { isStale, type StatusView } from '@cloister/verify';
import { CloisterError, type OrganisationId, type Purpose, type StatusEntry, type Work } from '@cloister/wire';
import type { Machine } from '../domain/asker.ts';
import type { Patience } from '../domain/patience.ts';
import type { NewActivity } from '../domain/stored-activity.ts';
import { Waiters } from '../waiters.ts';
import * as store from './store/work.ts';

export interface WorkQueueOptions {
  readonly db: Database;
  readonly feed: StatusView;
  readonly now: () => number;
}

/** The functions whose machines look at shares. */
const watching: readonly Purpose[] = ['transcoding'];
/** How long what was decided is remembered, for those who repeat it. */
const remembered = 24 * 3600_000;

/** Work that waits for machines: written with the shares, given out oldest first to who asks or is waiting. */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Waiters<OrganisationId>();
  readonly #stopped = new AbortController();

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /**
   * Writes the work that shares make, in their transaction; to be called with shares alone, so that other posts cost
   * nothing. Call the answer after the commit: it tells machines that wait.
   */
  async note(tx: Queries, shares: readonly NewActivity[]): Promise<() => void> {
    const organisations = await store.organisationsOf(tx, [...new Set(shares.map(({ roomId }) => roomId))]);
    const byRoom = new Map(organisations.map(({ id, organisationId }) => [id, organisationId]));
    const at = new Date(this.#options.now());
    const work = shares.flatMap(({ id: activityId, roomId }) => {
      const organisationId = byRoom.get(roomId);
      if (organisationId === undefined) return [];
      const wanted = watching.filter((purpose) => this.#options.feed.isEnabled(organisationId, purpose));
      return wanted.map((purpose) => ({ purpose, organisationId, roomId, activityId }));
    });
    if (work.length > 0) await store.insertWork(tx, work, at);
    return () => {
      for (const { organisationId } of work) this.#waiting.wake(organisationId);
    };
  }

  /**
   * What the machine is to do next, `limit` pieces at most; waits for it until `enough` says stop. Who is `gone` gets nothing: work must not be
   * leased to nobody.
   * @throws CloisterError `core/function-off` as soon as the function is switched off
   */
  async take(machine: Machine, limit: number, { enough, gone }: Patience): Promise<readonly Work[]> {
    const { db, now } = this.#options;
    const ended = AbortSignal.any([enough, gone, this.#stopped.signal]);
    for (;;) {
      this.#decideOn(machine);
      const change = this.#waiting.change(machine.organisationId, ended);
      if (gone.aborted || this.#stopped.signal.aborted) return [];
      const work = await store.leaseWork(db, machine, limit, new Date(now()));
      if (work.length > 0 || ended.aborted) {
        change.forget();
        return work;
      }
      await change.happened;
    }
  }

  /** Drops what waits for functions that were switched off; new shares alone count when they are on again. */
  async statusChanged(entries: readonly StatusEntry[]): Promise<void> {
    const { db, now } = this.#options;
    const at = new Date(now());
    for (const entry of entries) {
      if (entry.kind !== 'function' || entry.enabled) continue;
      this.#waiting.wake(entry.organisationId);
      await store.dropWork(db, entry.organisationId, entry.purpose, at);
    }
  }

  /** To be called every few seconds: what a restart or a share at the moment of the switch left, and what is past. */
  async sweep(): Promise<void> {
    const { db, feed, now } = this.#options;
    const at = now();
    await store.tidyWork(db, new Date(at), new Date(at - remembered));
    // Before identity's first word every function looks off.
    if (isStale(feed, at)) return;
    for (const { organisationId, purpose } of await store.openWork(db)) {
      const off = new Date(now());
      if (!feed.isEnabled(organisationId, purpose)) await store.dropWork(db, organisationId, purpose, off);
    }
  }

  /** Lets everybody who waits go. */
  stop(): void {
    this.#stopped.abort();
  }

  #decideOn({ organisationId, purpose }: Machine): void {
    if (!this.#options.feed.isEnabled(organisationId, purpose)) throw new CloisterError('core/function-off');
  }
}
