import type { Database } from '@cloister/database';
import type { Metrics } from '@cloister/health';
import type { Log } from '@cloister/logging';
import {
  CloisterError,
  type OrganisationId,
  type Plan,
  type PostingsAnswer,
  type RoomId,
  type RoomPostings,
} from '@cloister/wire';
import { append } from './append.ts';
import { Compactor } from './compact/compactor.ts';
import type { SearchHit } from './evaluate/cursor.ts';
import { type SearchEnd, type SearchRequest, search } from './evaluate/search.ts';
import { IndexKeys } from './index-keys.ts';
import { type IndexMetrics, indexMetrics } from './index-metrics.ts';
import { IndexReaders } from './index-readers.ts';
import { dropIndexes } from './store/drop.ts';
import { type IndexSize, indexSize, liveBatches } from './store/numbers.ts';
import { keptMark, startOver } from './store/search-key.ts';

export interface SearchIndexOptions {
  readonly db: Database;
  /** 32 bytes that the database never holds. */
  readonly key: Uint8Array;
  /** Drops all indexes if they were made under another key. */
  readonly reset: boolean;
  readonly now: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
  /** How much of the index may stay opened in memory. */
  readonly cacheBytes?: number;
}

const usualCache = 256 * 1024 * 1024;

/**
 * The index of keyed hashes (wires.md §14): which documents of which rooms hold which tokens, sealed at rest. It never learns what a token
 * stands for.
 */
export class SearchIndex {
  readonly #db: Database;
  readonly #keys: IndexKeys;
  readonly #now: () => number;
  readonly #readers: IndexReaders;
  readonly #metrics: IndexMetrics;
  readonly #compactor: Compactor;
  readonly #log: Log;

  private constructor({ db, now, log, metrics, cacheBytes = usualCache }: SearchIndexOptions, keys: IndexKeys) {
    this.#db = db;
    this.#keys = keys;
    this.#log = log;
    this.#now = now;
    this.#readers = new IndexReaders(keys, cacheBytes);
    this.#metrics = indexMetrics(metrics);
    this.#compactor = new Compactor({ db, keys, now, log, metrics: this.#metrics });
  }

  /** @throws CloisterError `config/invalid` if the indexes were made under another key and are not to be dropped */
  static async open(options: SearchIndexOptions): Promise<SearchIndex> {
    const keys = new IndexKeys(options.key);
    if (!keys.mark.equals(await keptMark(options.db, keys.mark))) {
      if (!options.reset) {
        throw new CloisterError('config/invalid', {
          detail:
            'the search index was made under another key than search.key, or by an earlier version: put that key back, or set "search": {"reset": true} once, which drops the index; it is built anew',
        });
      }
      await options.db.transaction((tx) => startOver(tx, keys.mark));
      options.log.event('search.reset', {});
    }
    return new SearchIndex(options, keys);
  }

  /** Adds documents to an organisation's indexes; see `append`. Whose rooms these are, and who may, is decided before. */
  append(organisationId: OrganisationId, parts: readonly RoomPostings[]): Promise<PostingsAnswer['rooms']> {
    return this.#metrics.appended(() => append(this.#db, this.#keys, organisationId, parts, new Date(this.#now())));
  }

  /** Drops one generation of a room's index, or everything that an organisation has. Answers how many there were. */
  drop(
    organisationId: OrganisationId,
    which?: { readonly roomId: RoomId; readonly generation: number },
  ): Promise<number> {
    return this.#db.transaction((tx) => dropIndexes(tx, organisationId, which));
  }

  /** One page of results, piece by piece as plans come; see `search`. */
  search(request: SearchRequest, plans: AsyncIterable<Plan>): AsyncGenerator<readonly SearchHit[], SearchEnd> {
    const parts = { db: this.#db, keys: this.#keys, readers: this.#readers, metrics: this.#metrics, log: this.#log };
    return search(parts, request, plans);
  }

  size(organisationId: OrganisationId): Promise<IndexSize> {
    return indexSize(this.#db, organisationId);
  }

  /** Compacts what is due, or all of it now; answers how many indexes it changed. */
  compact(everything = false): Promise<number> {
    return this.#compactor.round(everything);
  }

  /** To be called every few seconds: compacts what is due, and brings the metrics up to date. */
  async sweep(): Promise<void> {
    await this.compact();
    this.#metrics.show(await indexSize(this.#db), await liveBatches(this.#db));
  }
}
