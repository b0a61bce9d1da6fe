/** Thrown inside a transaction whose process has died, so that it is rolled back as by a lost connection. */
export class Died extends Error {}

/** For what a death may cut short. */
export const orUndefined = (error: unknown): undefined => {
  if (error instanceof Died) return undefined;
  throw error;
};

/** What the dead answer. */
export const never = <T>(): Promise<T> => new Promise(() => undefined);

/** One life of a process: it ends when told, or after so many steps. */
export class Life {
  readonly #ended: () => void;
  #left: number | undefined;
  isOver = false;
  readonly #over = Promise.withResolvers<never>();

  constructor(ended: () => void) {
    this.#ended = ended;
    this.#over.promise.catch(() => undefined);
  }

  /** Rejects at the end. */
  get over(): Promise<never> {
    return this.#over.promise;
  }

  /** Dies at the step after so many more. */
  dieAfter(steps: number): void {
    this.#left = Math.min(steps, this.#left ?? steps);
  }

  /** Lives on, if it lives. */
  spare(): void {
    this.#left = undefined;
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#over.reject(new Died());
    this.#ended();
  }

  survives(): boolean {
    if (this.isOver) return false;
    if (this.#left === undefined) return true;
    if (this.#left === 0) this.end();
    else this.#left -= 1;
    return !this.isOver;
  }

  /** @throws Died */
  step(): void {
    if (!this.survives()) throw new Died();
  }
}
