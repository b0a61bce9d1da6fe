import type { IndexerClient } from '@cloister/sdk';
import type { ResourceUri } from '@cloister/wire';
import { type SearchKey, searchKey } from '../tokens/search-key.ts';

export interface SearchKeyRingOptions {
  readonly client: Pick<IndexerClient, 'searchKeys'>;
  /** Milliseconds of a clock that only moves forward. */
  readonly monotonicNow: () => number;
  /** Rooms whose keys are kept. */
  readonly most?: number;
}

interface Kept {
  readonly keys: Promise<readonly SearchKey[]>;
  readonly since: number;
}

const minutes = 60_000;
/** Whoever writes postings asks again after so long: a new epoch may have begun. */
const freshFor = 10 * minutes;
/** Half of what invariant 8 allows a server that is cut off from its key server. */
const confirmedFor = 5 * minutes;

/**
 * The search keys of rooms. A query over a thousand rooms cannot ask the key server a thousand times, so they are kept; but no
 * longer than the key server has lately said that the organisation's main key is on.
 */
export class SearchKeyRing {
  readonly #options: Required<SearchKeyRingOptions>;
  readonly #kept = new Map<ResourceUri, Kept>();
  #confirmed = Number.NEGATIVE_INFINITY;

  constructor(options: SearchKeyRingOptions) {
    this.#options = { most: 50_000, ...options };
  }

  /** For writing: the newest epoch is among them. @throws CloisterError as the key server refuses */
  fresh(resourceUri: ResourceUri): Promise<readonly SearchKey[]> {
    return this.#get(resourceUri, freshFor);
  }

  /** For asking: every epoch that was written to by this process. @throws CloisterError as the key server refuses */
  known(resourceUri: ResourceUri): Promise<readonly SearchKey[]> {
    return this.#get(resourceUri, Number.POSITIVE_INFINITY);
  }

  /** The key server said just now that the main key is on. */
  confirm(): void {
    this.#confirmed = this.#options.monotonicNow();
  }

  /** Whether keys may still be used, by what the key server said last. */
  get isConfirmed(): boolean {
    return this.#options.monotonicNow() - this.#confirmed < confirmedFor;
  }

  wipe(): void {
    this.#kept.clear();
  }

  #get(resourceUri: ResourceUri, youngerThan: number): Promise<readonly SearchKey[]> {
    const { monotonicNow, most } = this.#options;
    if (!this.isConfirmed) this.wipe();
    const known = this.#kept.get(resourceUri);
    if (known !== undefined && monotonicNow() - known.since < youngerThan) return known.keys;
    this.#kept.delete(resourceUri);
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size >= most) this.#kept.delete(oldest);
    const kept = { keys: this.#ask(resourceUri), since: monotonicNow() };
    this.#kept.set(resourceUri, kept);
    kept.keys.catch(() => {
      if (this.#kept.get(resourceUri) === kept) this.#kept.delete(resourceUri);
    });
    return kept.keys;
  }

  async #ask(resourceUri: ResourceUri): Promise<readonly SearchKey[]> {
    const given = await this.#options.client.searchKeys(resourceUri);
    this.confirm();
    return given.map(({ epoch, key }) => {
      const bytes = key.reveal();
      key.destroy();
      try {
        return searchKey(epoch, bytes);
      } finally {
        bytes.fill(0);
      }
    });
  }
}
