/**
 * What was used last, by name, up to a size. Two generations: what is used moves into the young one; when that has half of the size, it
 * becomes the old one, and what nobody used since the last time goes.
 */
export class Recent<Name, T> {
  readonly #half: number;
  readonly #sizeOf: (value: T) => number;
  #young = new Map<Name, T>();
  #old = new Map<Name, T>();
  #size = 0;

  constructor(size: number, sizeOf: (value: T) => number) {
    this.#half = size / 2;
    this.#sizeOf = sizeOf;
  }

  get(name: Name): T | undefined {
    const young = this.#young.get(name);
    if (young !== undefined) return young;
    const old = this.#old.get(name);
    if (old !== undefined) this.set(name, old);
    return old;
  }

  set(name: Name, value: T): void {
    const before = this.#young.get(name);
    this.#young.set(name, value);
    this.grew(this.#sizeOf(value) - (before === undefined ? 0 : this.#sizeOf(before)));
  }

  /** Something that was used just now takes so much more. */
  grew(size: number): void {
    this.#size += size;
    if (this.#size < this.#half) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#size = 0;
  }
}
