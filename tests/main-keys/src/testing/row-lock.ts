/** What a statement does to the row: `make` inserts it where it is not there yet, `share` and `lock` hold it. */
export type RowUse = 'make' | 'share' | 'lock' | 'write';

/** What others may have done while one uses the row. */
const besides: Readonly<Record<RowUse, readonly RowUse[]>> = {
  make: ['share', 'lock'],
  share: ['share'],
  lock: [],
  write: [],
};

/**
 * Who may use the organisation's row, as PostgreSQL says it too: but of those who wait for the same row PostgreSQL lets go
 * first whom the machine wakes first, and here they wait for their turn on the stage.
 */
export class RowLock {
  readonly #holders = new Map<object, RowUse>();
  #isThere = false;
  #released = Promise.withResolvers<void>();

  /** Resolves when somebody lets go. */
  get released(): Promise<void> {
    return this.#released.promise;
  }

  /** Whether the row may be used now; then it is held until it is let go. */
  take(holder: object, use: RowUse): boolean {
    const others = [...this.#holders].filter(([other]) => other !== holder).map(([, theirs]) => theirs);
    if (others.some((theirs) => !besides[use].includes(theirs))) return false;
    if (use === 'make' && this.#isThere) return true;
    if (this.#holders.get(holder) !== 'write') this.#holders.set(holder, use === 'make' ? 'write' : use);
    return true;
  }

  /** At the end of a transaction: `made` says that it was committed, and the row with it. */
  release(holder: object, made: boolean): void {
    const use = this.#holders.get(holder);
    if (use === undefined) return;
    this.#isThere ||= made;
    this.#holders.delete(holder);
    this.#released.resolve();
    this.#released = Promise.withResolvers();
  }
}

/** How a statement uses the row, if it does. */
export const rowUseOf = ({ text }: { readonly text: string }): RowUse | null => {
  if (/^\s*insert into organisation_keys\b/i.test(text)) return 'make';
  if (/^\s*update organisation_keys\b/i.test(text)) return 'write';
  if (!/\bfrom organisation_keys\b/i.test(text)) return null;
  if (/\bfor update\b/i.test(text)) return 'lock';
  return /\bfor share\b/i.test(text) ? 'share' : null;
};
