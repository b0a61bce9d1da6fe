import type { IndexedRoom, RoomId } from '@cloister/wire';
import { type FollowedRoom, restart } from './followed-room.ts';
import type { Generations } from './generations.ts';

/** Every room of the organisation, and how far its index is. */
export class RoomBook {
  readonly #generations: Generations;
  #rooms = new Map<RoomId, FollowedRoom>();
  /** Rooms that were not heard of since the comparison with the core began. */
  #unheard = new Set<FollowedRoom>();

  constructor(generations: Generations) {
    this.#generations = generations;
  }

  get(roomId: RoomId): FollowedRoom | undefined {
    return this.#rooms.get(roomId);
  }

  all(): IterableIterator<FollowedRoom> {
    return this.#rooms.values();
  }

  /** A comparison with all of the core's rooms begins. */
  begin(): void {
    this.#unheard = new Set(this.#rooms.values());
  }

  /** It ended; answers the rooms that the core did not name. */
  end(): readonly FollowedRoom[] {
    const gone = [...this.#unheard];
    this.#unheard.clear();
    return gone;
  }

  /**
   * What the core says of rooms, to a question that was asked then; answers those rooms. A new generation is written down
   * before anything of it is made.
   */
  async learn(items: readonly IndexedRoom[], asked: number): Promise<readonly FollowedRoom[]> {
    const chosen = items
      .filter(({ roomId }) => !this.#rooms.has(roomId))
      .map((item) => ({ item, ...this.#generations.choose(item.roomId, item.indexes) }));
    await this.#generations.begin(
      chosen.flatMap(({ item, generation, isNew }) => (isNew ? [{ roomId: item.roomId, generation }] : [])),
    );
    for (const { item, generation } of chosen) this.#rooms.set(item.roomId, newRoom(item, generation, asked));
    return items.flatMap((item) => this.#update(item, asked));
  }

  /** Whoever asks for it next learns it anew. */
  forget(room: FollowedRoom): void {
    room.run += 1;
    // Whoever has it in hand has nothing more to read.
    room.head = room.read;
    if (this.#rooms.get(room.roomId) === room) this.#rooms.delete(room.roomId);
  }

  #update({ roomId, head, indexes }: IndexedRoom, asked: number): readonly FollowedRoom[] {
    const room = this.#rooms.get(roomId);
    if (room === undefined) return [];
    this.#unheard.delete(room);
    room.head = Math.max(room.head, head);
    // Asked after its last word on this index: somebody has dropped it, or it was restored from before.
    const position = indexes.find(({ generation }) => generation === room.generation)?.position ?? 0;
    if (position < room.position && asked > room.confirmedAt) restart(room, position);
    if (room.position < room.head) room.behindSince ??= asked;
    return [room];
  }
}

const newRoom = (
  { roomId, resourceUri, head, indexes }: IndexedRoom,
  generation: number,
  asked: number,
): FollowedRoom => {
  const position = indexes.find((index) => index.generation === generation)?.position ?? 0;
  return {
    roomId,
    resourceUri,
    generation,
    others: indexes.filter((index) => index.generation !== generation),
    head,
    position,
    confirmedAt: asked,
    behindSince: undefined,
    read: position,
    run: 0,
    isBusy: false,
    isWaiting: false,
    failures: 0,
  };
};
