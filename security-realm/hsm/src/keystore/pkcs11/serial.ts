/** Work on one thing, one after the other; work on others goes on meanwhile. */
export class Serial {
  readonly #last = new Map<string, Promise<unknown>>();

  run<T>(thing: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(thing) ?? Promise.resolve();
    const result = before.then(work, work);
    const done = result.then(
      () => {},
      () => {},
    );
    this.#last.set(thing, done);
    void done.then(() => this.#last.get(thing) === done && this.#last.delete(thing));
    return result;
  }
}
