/** Work on one room that nothing else of its lane may overlap. */
interface Turn {
  readonly kind: 'turn';
  run(): Promise<void>;
}

/** An item that may share a statement with its neighbours. */
interface Entry<Item, Result> {
  readonly kind: 'entry';
  readonly item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

export interface LaneOptions<Item, Result> {
  /** Runs a batch; answers one result an item, in order. An error fails every item of the batch. */
  readonly batch: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** Items with the same key never share a batch. */
  readonly keyOf: (item: Item) => string | undefined;
  readonly batchLimit: number;
}

/**
 * One thing at a time, in the order asked for. Items that wait while a statement is in flight go together in the next one:
 * that keeps the order of a room without a lock and makes many small writes one.
 */
export class Lane<Item, Result> {
  readonly #options: LaneOptions<Item, Result>;
  readonly #queue: (Turn | Entry<Item, Result>)[] = [];
  #running = false;

  constructor(options: LaneOptions<Item, Result>) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Adds an item to the next batch. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ kind: 'entry', item, resolve, reject });
      this.#start();
    });
  }

  /** Runs work alone, after what was asked for before. */
  turn<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ kind: 'turn', run: () => work().then(resolve, reject) });
      this.#start();
    });
  }

  #start(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#drain();
  }

  async #drain(): Promise<void> {
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      if (next.kind === 'turn') {
        this.#queue.shift();
        await next.run();
      } else {
        await this.#runBatch(this.#takeBatch());
      }
    }
    this.#running = false;
  }

  #takeBatch(): Entry<Item, Result>[] {
    const batch: Entry<Item, Result>[] = [];
    const keys = new Set<string>();
    for (const next of this.#queue) {
      if (next.kind === 'turn' || batch.length >= this.#options.batchLimit) break;
      const key = this.#options.keyOf(next.item);
      if (key !== undefined && keys.has(key)) break;
      if (key !== undefined) keys.add(key);
      batch.push(next);
    }
    this.#queue.splice(0, batch.length);
    return batch;
  }

  async #runBatch(batch: readonly Entry<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.batch(batch.map((entry) => entry.item));
      batch.forEach((entry, index) => {
        entry.resolve(results[index] as Result);
      });
    } catch (error) {
      for (const entry of batch) entry.reject(error);
    }
  }
}
