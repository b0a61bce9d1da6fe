import type { FollowedRoom } from './followed-room.ts';

/** An entry's position and its terms. */
export interface TermDocument {
  readonly position: number;
  readonly terms: readonly string[];
}

/** What was read of a room, from `from` (exclusive) up to `to`. */
export interface RoomPart {
  readonly room: FollowedRoom;
  readonly from: number;
  readonly to: number;
  readonly documents: readonly TermDocument[];
}

export interface GatheringOptions {
  /** How long the first waits for others. */
  readonly flushMs: number;
  /** So many documents wait for nobody. */
  readonly mostDocuments: number;
  readonly after: (ms: number, run: () => void) => { cancel(): void };
  /** It is time to take what there is. */
  readonly due: () => void;
}

/**
 * Gathers what was read until several messages and rooms can go to the core together: one at a time would say who wrote
 * when, and which entry a query is about (threats row 13).
 */
export class Gathering {
  readonly #options: GatheringOptions;
  #parts = new Map<FollowedRoom, RoomPart>();
  #documents = 0;
  #timer: { cancel(): void } | undefined;

  constructor(options: GatheringOptions) {
    this.#options = options;
  }

  get documents(): number {
    return this.#documents;
  }

  /** What follows on what is there already of the room joins it. */
  add(part: RoomPart): void {
    const { flushMs, mostDocuments, after, due } = this.#options;
    const before = this.#parts.get(part.room);
    const documents = before === undefined ? part.documents : [...before.documents, ...part.documents];
    this.#parts.set(part.room, { ...part, from: before?.from ?? part.from, documents });
    this.#documents += part.documents.length;
    if (this.#documents >= mostDocuments) due();
    else this.#timer ??= after(flushMs, due);
  }

  /** The room begins anew. */
  drop(room: FollowedRoom): void {
    this.#documents -= this.#parts.get(room)?.documents.length ?? 0;
    this.#parts.delete(room);
  }

  take(): readonly RoomPart[] {
    const parts = [...this.#parts.values()];
    this.clear();
    return parts;
  }

  clear(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#parts = new Map();
    this.#documents = 0;
  }
}
