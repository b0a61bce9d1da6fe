type Waiting<T> = { readonly items: readonly T[]; resolve: () => void; reject: (error: unknown) => void };

/**
 * Writes in groups: what arrives while a group is being written goes into the next one, so that one statement and one
 * commit serve many callers. `write` is durable when it resolves; a failure is everybody's whose items were in the group.
 */
export class GroupWriter<T> {
  readonly #write: (items: readonly T[]) => Promise<void>;
  readonly #most: number;
  #waiting: Waiting<T>[] = [];
  #writing = false;

  constructor(most: number, write: (items: readonly T[]) => Promise<void>) {
    this.#most = most;
    this.#write = write;
  }

  /** Durable when it resolves. */
  add(items: readonly T[]): Promise<void> {
    if (items.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ items, resolve, reject });
      if (!this.#writing) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#writing = true;
    // One turn of the event loop gathers what the same moment brings.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const taken = this.#take();
      try {
        await this.#write(taken.flatMap(({ items }) => items));
        for (const { resolve } of taken) resolve();
      } catch (cause) {
        for (const { reject } of taken) reject(cause);
      }
    }
    this.#writing = false;
  }

  #take(): Waiting<T>[] {
    let count = 0;
    const index = this.#waiting.findIndex(({ items }) => {
      count += items.length;
      return count > this.#most;
    });
    return this.#waiting.splice(0, index === -1 ? this.#waiting.length : Math.max(1, index));
  }
}
