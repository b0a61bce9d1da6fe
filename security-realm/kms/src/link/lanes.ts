/** Runs work of one name in the order it came, work of different names at the same time. */
export class Lanes {
  readonly #tails = new Map<string, Promise<void>>();

  /** `work` must not throw. */
  run(name: string, work: () => Promise<void>): void {
    const tail = (this.#tails.get(name) ?? Promise.resolve()).then(work);
    this.#tails.set(name, tail);
    void tail.then(() => {
      if (this.#tails.get(name) === tail) this.#tails.delete(name);
    });
  }

  /** Resolves when everything taken so far is done. */
  async idle(): Promise<void> {
    while (this.#tails.size > 0) await Promise.all(this.#tails.values());
  }
}
