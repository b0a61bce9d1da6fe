import type { Database } from '@cloister/database';
import type { Log } from '@cloister/logging';
import { IndexDamaged } from '../index-damaged.ts';
import type { IndexKeys } from '../index-keys.ts';
import type { IndexMetrics } from '../index-metrics.ts';
import { type Due, dueByBatches, dueByLog } from '../store/compaction.ts';
import type { IndexPlace } from '../store/indexes.ts';
import { compactIndex } from './compact-index.ts';

export interface CompactorOptions {
  readonly db: Database;
  readonly keys: IndexKeys;
  readonly now: () => number;
  readonly log: Log;
  readonly metrics: IndexMetrics;
}

/** As soon as an index has so many batches, or so many postings in them, they are merged: a search reads every batch of a room. */
const mostBatches = 16;
const mostPostings = 8192;
/** A quiet room's batches wait so long at most, and what was deleted or edited stays in pages so long at most (milliseconds). */
const quiet = 10 * 60_000;
const purgeAfter = 3600_000;
/** How many indexes one round asks about their log; the next goes on from there. */
const asked = 2000;
const nowhere: IndexPlace = { shard: -1, id: 0 };

/** Keeps indexes in few segments, one index after the other. */
export class Compactor {
  readonly #options: CompactorOptions;
  #running: Promise<number> | undefined;
  #after = nowhere;

  constructor(options: CompactorOptions) {
    this.#options = options;
  }

  /** Answers how many indexes were changed. A round that runs already is the one answered. */
  round(everything: boolean): Promise<number> {
    this.#running ??= this.#round(everything).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #round(everything: boolean): Promise<number> {
    const { db, now } = this.#options;
    const ago = (time: number) => new Date(now() - (everything ? 0 : time));
    const due: Due = { batches: mostBatches, postings: mostPostings, since: ago(quiet), purgeSince: ago(purgeAfter) };
    let changed = 0;
    for (const place of await dueByBatches(db, due)) changed += await this.#compact(place, false);
    if (everything) this.#after = nowhere;
    do {
      const { due: purged, last } = await dueByLog(db, this.#after, asked, due);
      this.#after = last ?? nowhere;
      for (const place of purged) changed += await this.#compact(place, true);
    } while (everything && this.#after !== nowhere);
    return changed;
  }

  /** One index that does not open must not keep the others from it. */
  async #compact(place: IndexPlace, purges: boolean): Promise<number> {
    const { db, keys, log, metrics } = this.#options;
    try {
      return (await metrics.compacted(() => compactIndex(db, keys, place, purges))) ? 1 : 0;
    } catch (error) {
      log.failure('search.not-compacted', error, error instanceof IndexDamaged ? { roomId: error.roomId } : {});
      return 0;
    }
  }
}
