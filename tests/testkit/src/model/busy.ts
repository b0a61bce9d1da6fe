const subtleMethods = [
  'decrypt',
  'deriveBits',
  'deriveKey',
  'digest',
  'encrypt',
  'exportKey',
  'generateKey',
  'importKey',
  'sign',
  'unwrapKey',
  'verify',
  'wrapKey',
] as const;

/** How many turns of the event loop in a row must find nothing at work. */
const calmTurns = 4;

/**
 * Knows whether anything is at work that ends by itself: statements, cryptography, calls of an hsm. The scheduler takes its
 * next step only when nothing is, so that a run depends on its seed and not on how fast a machine is.
 */
export class Busy {
  #count = 0;
  #calm = Promise.withResolvers<void>();

  /** Counts work; what a crash left unfinished is to be counted by whoever runs it, not by whoever waits for it. */
  async track<T>(work: Promise<T>): Promise<T> {
    if (this.#count === 0) this.#calm = Promise.withResolvers();
    this.#count += 1;
    try {
      return await work;
    } finally {
      this.#count -= 1;
      if (this.#count === 0) this.#calm.resolve();
    }
  }

  /** Resolves when nothing has been at work for some turns of the event loop. */
  async quiet(): Promise<void> {
    for (let turns = 0; turns < calmTurns; turns += 1) {
      if (this.#count > 0) {
        turns = -1;
        await this.#calm.promise;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Counts the work of WebCrypto, which everything here calls by its prototype; answers how to stop. */
  watchCryptography(): () => void {
    const prototype = SubtleCrypto.prototype as unknown as Record<string, (...input: unknown[]) => Promise<unknown>>;
    const originals = subtleMethods.map((name) => [name, prototype[name]] as const);
    for (const [name, original] of originals) {
      if (original === undefined) continue;
      const busy = this;
      prototype[name] = function watched(this: unknown, ...input: unknown[]) {
        return busy.track(original.apply(this, input));
      };
    }
    return () => {
      for (const [name, original] of originals) if (original !== undefined) prototype[name] = original;
    };
  }
}
