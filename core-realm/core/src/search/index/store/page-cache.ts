/** Opened pieces of the index, the ones used last, up to a number of bytes. What is kept under a name never changes. */
export class PageCache<T extends { readonly bytes: Uint8Array }> {
  readonly #limit: number;
  readonly #kept = new Map<string, T>();
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(name: string): T | undefined {
    const found = this.#kept.get(name);
    if (found === undefined) return undefined;
    // A map remembers the order of its entries: the first was used longest ago.
    this.#kept.delete(name);
    this.#kept.set(name, found);
    return found;
  }

  set(name: string, value: T): void {
    if (this.#kept.has(name)) return;
    this.#kept.set(name, value);
    this.#size += sizeOf(value);
    for (const [oldest, other] of this.#kept) {
      if (this.#size <= this.#limit) return;
      this.#kept.delete(oldest);
      this.#size -= sizeOf(other);
    }
  }
}

/** With what the objects around the bytes take. */
const sizeOf = ({ bytes }: { readonly bytes: Uint8Array }): number => bytes.length + 256;
