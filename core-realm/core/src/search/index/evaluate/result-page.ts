import type { Queries } from '@cloister/database';
import type { Bounds, UserId } from '@cloister/wire';
import { contentUpTo, type DocumentPlace, findEntries } from '../store/found-entries.ts';
import type { Candidates } from './candidates.ts';
import { compareHits, type SearchCursor, type SearchHit } from './cursor.ts';

export interface ResultPageOptions {
  readonly asker: UserId;
  readonly size: number;
  readonly bounds: Bounds;
  /** Where the page before ended. */
  readonly after: SearchCursor | undefined;
}

/** By how much a later entry of a room may be dated before an earlier one: clocks of several processes. */
export const skew = 2000;
/** Documents looked up in one statement. */
const together = 2048;

/**
 * Finds the newest messages among the candidates of many rooms, and looks up no more of them than that takes: a room whose newest
 * candidate left came before the last message of the page has nothing to add to it.
 */
export class ResultPage {
  readonly #options: ResultPageOptions;
  #open: Candidates[] = [];
  /** Newest first; one more than the page holds, which tells that there is more. */
  #hits: SearchHit[] = [];
  readonly #seen = new Set<string>();

  constructor(options: ResultPageOptions) {
    this.#options = options;
  }

  /** Of few rooms many candidates each are looked up at once, of many rooms one each: twice a page together. */
  add(candidates: readonly Candidates[]): void {
    const open = candidates.filter(({ isOver }) => !isOver);
    const each = Math.ceil((2 * this.#options.size) / open.length);
    for (const one of open) one.begin(each);
    this.#open.push(...open);
  }

  get hits(): readonly SearchHit[] {
    return this.#hits.slice(0, this.#options.size);
  }

  get hasMore(): boolean {
    return this.#hits.length > this.#options.size;
  }

  /** Looks up candidates until none that is left can belong into the page. */
  async settle(db: Queries): Promise<void> {
    for (;;) {
      this.#open = this.#open.filter((candidates) => !candidates.isOver);
      const oldest = Math.max(this.#hits[this.#options.size]?.published ?? 0, this.#options.bounds.from ?? 0);
      const step = upTo(
        together,
        this.#open.filter(({ bound }) => bound + skew >= oldest).toSorted((a, b) => b.bound - a.bound),
      );
      if (step.length === 0) return;
      await this.#lookUp(db, step);
    }
  }

  /** Of these hits those that are still to be found now: since they were looked up, a message may have been deleted or somebody left. */
  async confirm(db: Queries, hits: readonly SearchHit[]): Promise<SearchHit[]> {
    if (hits.length === 0) return [];
    const entries = await findEntries(
      db,
      this.#options.asker,
      hits.map(({ roomId, position, edit = position }) => ({ roomId, position: edit })),
    );
    const standing = new Set(entries.flatMap(({ ord, position }) => (position === null ? [] : [ord])));
    return hits.filter((_, index) => standing.has(index + 1));
  }

  async #lookUp(db: Queries, step: readonly Candidates[]): Promise<void> {
    const byLog = step.filter(({ needsLog }) => needsLog);
    const wanted = byLog.map(({ roomId, last, chunk }) => ({ roomId, last, limit: chunk }));
    const rows = byLog.length === 0 ? [] : await contentUpTo(db, wanted);
    const logged = Map.groupBy(rows, ({ ord }) => byLog[ord - 1]);
    const documents = step.flatMap((candidates) =>
      candidates
        .take(logged.get(candidates)?.map(({ position }) => position))
        .map((position) => ({ candidates, roomId: candidates.roomId, position })),
    );
    if (documents.length === 0) return;
    for (const { ord, at, position, published } of await findEntries(db, this.#options.asker, documents)) {
      const { candidates, ...place } = documents[ord - 1] as DocumentPlace & { candidates: Candidates };
      candidates.bound = Math.min(candidates.bound, at.getTime());
      if (position !== null && published !== null) this.#note(place, position, published.getTime());
    }
    this.#hits.sort(compareHits);
    this.#hits.length = Math.min(this.#hits.length, this.#options.size + 1);
  }

  #note({ roomId, position: document }: DocumentPlace, position: number, published: number): void {
    const { bounds, after } = this.#options;
    if (published < (bounds.from ?? 0) || published >= (bounds.until ?? Number.POSITIVE_INFINITY)) return;
    const hit = { roomId, position, published, ...(document === position ? {} : { edit: document }) };
    if (after !== undefined && compareHits(hit, after) <= 0) return;
    const name = `${roomId} ${position}`;
    if (this.#seen.has(name)) return;
    this.#seen.add(name);
    this.#hits.push(hit);
  }
}

/** As many rooms as have so many documents together. */
const upTo = (documents: number, candidates: readonly Candidates[]): readonly Candidates[] => {
  let sum = 0;
  return candidates.filter(({ chunk }) => {
    sum += chunk;
    return sum - chunk < documents;
  });
};
