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
/** Documents looked up in one statement, at most. */
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
  /** Looked up since the last call of `settle`. */
  #fresh = new Set<SearchHit>();

  constructor(options: ResultPageOptions) {
    this.#options = options;
  }

  add(candidates: readonly Candidates[]): void {
    this.#open.push(...candidates);
  }

  get hits(): readonly SearchHit[] {
    return this.#hits.slice(0, this.#options.size);
  }

  get hasMore(): boolean {
    return this.#hits.length > this.#options.size;
  }

  /** Looks up candidates until none that is left can belong into the page: first as many as it holds, then more at a time. */
  async settle(db: Queries): Promise<void> {
    this.#fresh = new Set();
    for (let count = this.#options.size + 1; ; count = Math.min(together, 2 * count)) {
      this.#open = this.#open.filter((candidates) => !candidates.isOver);
      const oldest = Math.max(this.#hits[this.#options.size]?.published ?? 0, this.#options.bounds.from ?? 0);
      const step = this.#open.filter(({ bound }) => bound + skew >= oldest);
      if (step.length === 0) return;
      await this.#lookUp(db, newestOf(step, count, oldest));
    }
  }

  /**
   * Of these hits those that are still to be found now: since they were looked up for an earlier plan, a message may have been deleted or
   * somebody left.
   */
  async confirm(db: Queries, hits: readonly SearchHit[]): Promise<readonly SearchHit[]> {
    const older = hits.filter((hit) => !this.#fresh.has(hit));
    if (older.length === 0) return hits;
    const entries = await findEntries(
      db,
      this.#options.asker,
      older.map(({ roomId, position, edit = position }) => ({ roomId, position: edit })),
    );
    const gone = new Set(older);
    for (const { ord, position } of entries) if (position !== null) gone.delete(older[ord - 1] as SearchHit);
    return hits.filter((hit) => !gone.has(hit));
  }

  async #lookUp(db: Queries, { listed, byLog }: Step): Promise<void> {
    const wanted = byLog.map(({ roomId, last, chunk }) => ({ roomId, last, limit: chunk }));
    const rows = byLog.length === 0 ? [] : await contentUpTo(db, wanted);
    const logged = Map.groupBy(rows, ({ ord }) => byLog[ord - 1]);
    const documents = [
      ...listed,
      ...byLog.flatMap((candidates) =>
        candidates
          .takeLogged(logged.get(candidates)?.map(({ position }) => position) ?? [])
          .map((position) => ({ candidates, roomId: candidates.roomId, position })),
      ),
    ];
    if (documents.length === 0) return;
    for (const { ord, at, position, published } of await findEntries(db, this.#options.asker, documents)) {
      const { candidates, ...place } = documents[ord - 1] as Document;
      candidates.came(at.getTime());
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
    this.#fresh.add(hit);
  }
}

interface Document extends DocumentPlace {
  readonly candidates: Candidates;
}

/** What is looked up together: documents, and rooms whose log is asked for the next ones. */
interface Step {
  readonly listed: readonly Document[];
  readonly byLog: readonly Candidates[];
}

/** About as many documents as told, the newest of all rooms by what is known of them; they are taken. */
const newestOf = (rooms: readonly Candidates[], count: number, oldest: number): Step => {
  // No more rooms than documents can have one of the newest.
  let left = rooms.toSorted((a, b) => b.bound - a.bound).slice(0, count);
  const listed: Document[] = [];
  const byLog: Candidates[] = [];
  for (let taken = 0; taken < count && left.length > 0; ) {
    const candidates = left.reduce((newest, one) => (one.bound > newest.bound ? one : newest));
    if (candidates.bound + skew < oldest) break;
    if (candidates.needsLog) {
      byLog.push(candidates);
      taken += candidates.chunk;
    } else {
      listed.push({ candidates, roomId: candidates.roomId, position: candidates.take() });
      taken += 1;
    }
    if (candidates.needsLog || candidates.isOver) left = left.filter((one) => one !== candidates);
  }
  return { listed, byLog };
};
