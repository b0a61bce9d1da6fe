import type { Database } from '@cloister/database';
import type { StatusView } from '@cloister/verify';
import {
  CloisterError,
  newId,
  type OrganisationId,
  type RoomId,
  type RoomsToIndex,
  type StatusEntry,
} from '@cloister/wire';
import type { Patience } from '../../domain/patience.ts';
import { Waiters } from '../../waiters.ts';
import { laggingRooms } from '../store/indexed-rooms.ts';
import { type FeedCursor, formatFeedCursor, parseFeedCursor } from './feed-cursor.ts';
import { RoomHints } from './room-hints.ts';

export interface RoomsFeedOptions {
  readonly db: Database;
  readonly feed: StatusView;
  readonly now: () => number;
}

/** Hints can be lost, such as when the answer to a commit was: all rooms are looked at again after this. */
const rescanAfter = 10 * 60_000;

/**
 * Which rooms have entries that their organisation's index has not (docs/wires.md §14). What is so stands in the database; commits of this
 * process are hints where to look, so that 100,000 rooms are gone through at the start and rarely after.
 */
export class RoomsFeed {
  readonly #options: RoomsFeedOptions;
  readonly #hints = new Map<OrganisationId, { epoch: string; hints: RoomHints }>();
  readonly #waiting = new Waiters<OrganisationId>();
  readonly #stopped = new AbortController();

  constructor(options: RoomsFeedOptions) {
    this.#options = options;
  }

  /** A room got entries that these organisations' people see. */
  changed(roomId: RoomId, organisations: readonly OrganisationId[]): void {
    for (const organisationId of organisations) {
      this.#hints.get(organisationId)?.hints.add(roomId);
      this.#waiting.wake(organisationId);
    }
  }

  /** Everything is to be looked at again. */
  beginAnew(organisationId: OrganisationId): void {
    this.#hints.delete(organisationId);
    this.#waiting.wake(organisationId);
  }

  statusChanged(entries: readonly StatusEntry[]): void {
    for (const entry of entries) {
      if (entry.kind === 'function' && entry.purpose === 'indexing' && !entry.enabled)
        this.beginAnew(entry.organisationId);
    }
  }

  /**
   * Rooms with entries that are not in the index, `limit` at most: all of them in pages, then those that got some since.
   * @throws CloisterError `core/function-off` as soon as the function is switched off
   */
  async take(
    organisationId: OrganisationId,
    after: string | undefined,
    limit: number,
    patience: Patience,
  ): Promise<RoomsToIndex> {
    const ended = AbortSignal.any([patience.enough, patience.gone, this.#stopped.signal]);
    let cursor = after === undefined ? undefined : parseFeedCursor(after);
    for (;;) {
      this.#decideOn(organisationId);
      const change = this.#waiting.change(organisationId, ended);
      const { items, next, more } = await this.#look(organisationId, this.#known(organisationId, cursor), limit);
      cursor = next;
      if (items.length > 0 || (ended.aborted && !more)) {
        change.forget();
        return { items, next: formatFeedCursor(next) };
      }
      if (more) change.forget();
      else await change.happened;
    }
  }

  /** Lets everybody who waits go. */
  stop(): void {
    this.#stopped.abort();
  }

  async #look(organisationId: OrganisationId, cursor: FeedCursor, limit: number) {
    const { db } = this.#options;
    const { scanned, hint, ...rest } = cursor;
    if (scanned !== undefined) {
      const items = await laggingRooms(db, organisationId, { after: scanned === 'none' ? undefined : scanned, limit });
      const last = items.length < limit ? undefined : items.at(-1)?.roomId;
      return { items, next: { ...rest, hint, scanned: last }, more: true };
    }
    const hinted = this.#hintsOf(organisationId).hints.after(hint, limit);
    if (hinted === undefined) return { items: [], next: this.#start(organisationId), more: true };
    const { rooms, next } = hinted;
    const items = rooms.length === 0 ? [] : await laggingRooms(db, organisationId, { among: rooms, limit });
    return { items, next: { ...rest, hint: next, scanned: undefined }, more: rooms.length > 0 };
  }

  /** The cursor, if it still means something and is not too old; else one that begins anew. */
  #known(organisationId: OrganisationId, cursor: FeedCursor | undefined): FeedCursor {
    const { epoch } = this.#hintsOf(organisationId);
    const age = cursor === undefined ? 0 : this.#options.now() - cursor.at;
    const follows = cursor?.epoch === epoch && (cursor.scanned !== undefined || (age >= 0 && age < rescanAfter));
    return follows ? cursor : this.#start(organisationId);
  }

  #start(organisationId: OrganisationId): FeedCursor {
    const { epoch, hints } = this.#hintsOf(organisationId);
    return { epoch, at: this.#options.now(), hint: hints.head, scanned: 'none' };
  }

  /** Remembered of organisations that ask, and of no others. */
  #hintsOf(organisationId: OrganisationId) {
    const known = this.#hints.get(organisationId) ?? { epoch: newId(), hints: new RoomHints() };
    this.#hints.set(organisationId, known);
    return known;
  }

  #decideOn(organisationId: OrganisationId): void {
    if (!this.#options.feed.isEnabled(organisationId, 'indexing')) throw new CloisterError('core/function-off');
  }
}
