import type { RoomId } from '@cloister/wire';
import type { Platform } from '../platform.ts';

/** Somebody waits until the room is known up to a position. */
interface Awaited {
  readonly roomId: RoomId;
  readonly position: number;
  readonly done: () => void;
}

/** Who waits for a room to be known up to a position, and for how long at the most. */
export class AwaitedPositions {
  readonly #after: Platform['after'];
  readonly #patience: number;
  readonly #awaited = new Set<Awaited>();

  /** @param patience in milliseconds */
  constructor(after: Platform['after'], patience: number) {
    this.#after = after;
    this.#patience = patience;
  }

  /** Resolves when the room is known up to there, or when that takes too long. */
  reached(roomId: RoomId, position: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        timer.cancel();
        this.#awaited.delete(awaited);
        resolve();
      };
      const awaited: Awaited = { roomId, position, done };
      const timer = this.#after(this.#patience, done);
      this.#awaited.add(awaited);
    });
  }

  /** The room is known up to its head. */
  known(id: RoomId, head: number): void {
    for (const { roomId, position, done } of this.#awaited) if (roomId === id && position <= head) done();
  }
}
