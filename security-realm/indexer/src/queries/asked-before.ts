import { CloisterError, type QueryId } from '@cloister/wire';

/** How far a question's time may be from the indexer's clock. */
export const freshMs = 120_000;

/** Which questions were asked: each is answered once, though the core might bring it again. */
export class AskedBefore {
  readonly #issued = new Map<QueryId, number>();
  readonly #most: number;

  /** `most`: questions of four minutes; with more than those, none is believed. */
  constructor(most = 100_000) {
    this.#most = most;
  }

  /** @throws CloisterError `core/query-refused` for one that was asked before, `core/too-many` for one too many */
  remember(id: QueryId, issuedAt: number, now: number): void {
    if (this.#issued.has(id)) throw new CloisterError('core/query-refused', { detail: 'it was asked before' });
    // What is older is refused by its time.
    for (const [known, at] of this.#issued) {
      if (at + freshMs >= now) break;
      this.#issued.delete(known);
    }
    if (this.#issued.size >= this.#most) throw new CloisterError('core/too-many');
    this.#issued.set(id, issuedAt);
  }
}
