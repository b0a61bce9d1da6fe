import type { RoomId } from '@cloister/wire';
import type { Unsubscribe } from '../api/client.ts';
import type { ClientSnapshot } from '../api/client-snapshot.ts';
import type { TimelineView } from '../api/timeline-view.ts';
import { Listeners } from '../async/listeners.ts';
import { keepSame, same } from '../timeline/keep-same.ts';

export interface SnapshotSource {
  readonly snapshot: () => ClientSnapshot;
  readonly timeline: (roomId: RoomId) => TimelineView;
}

/** Immutable views made when they are asked for, and only again after something changed. */
export class Snapshots {
  readonly #source: SnapshotSource;
  readonly #listeners = new Listeners();
  readonly #timelineListeners = new Map<RoomId, Listeners>();
  readonly #timelines = new Map<RoomId, { view: TimelineView; fresh: boolean }>();
  #snapshot: ClientSnapshot | undefined;
  #fresh = false;

  constructor(source: SnapshotSource) {
    this.#source = source;
  }

  snapshot(): ClientSnapshot {
    const before = this.#snapshot;
    if (before !== undefined && this.#fresh) return before;
    this.#fresh = true;
    const made = this.#source.snapshot();
    if (before === undefined) this.#snapshot = made;
    else {
      const rooms = keepSame(before.rooms, made.rooms, ({ id }) => id);
      const next = { ...made, rooms };
      const unchanged =
        before.rooms === rooms &&
        before.people === next.people &&
        before.organisations === next.organisations &&
        same(plain(before), plain(next));
      if (!unchanged) this.#snapshot = next;
    }
    return this.#snapshot ?? made;
  }

  timeline(roomId: RoomId): TimelineView {
    const known = this.#timelines.get(roomId);
    if (known?.fresh) return known.view;
    const made = this.#source.timeline(roomId);
    const before = known?.view;
    const entries = before === undefined ? made.entries : keepSame(before.entries, made.entries, ({ key }) => key);
    const next = { ...made, entries };
    const view =
      before !== undefined && before.entries === entries && same({ ...before, entries: [] }, { ...next, entries: [] })
        ? before
        : next;
    this.#timelines.set(roomId, { view, fresh: true });
    return view;
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#listeners.subscribe(listener);
  }

  subscribeTimeline(roomId: RoomId, listener: () => void): Unsubscribe {
    const listeners = this.#timelineListeners.get(roomId) ?? new Listeners();
    this.#timelineListeners.set(roomId, listeners);
    return listeners.subscribe(listener);
  }

  /** Something in the list changed; with a room, in its timeline too. */
  changed(roomId?: RoomId): void {
    this.#fresh = false;
    this.#listeners.announce();
    if (roomId === undefined) return;
    const timeline = this.#timelines.get(roomId);
    if (timeline !== undefined) timeline.fresh = false;
    this.#timelineListeners.get(roomId)?.announce();
  }
}

/** What is compared by what it says. */
const plain = ({ people: _people, organisations: _organisations, rooms: _rooms, ...rest }: ClientSnapshot) => rest;
