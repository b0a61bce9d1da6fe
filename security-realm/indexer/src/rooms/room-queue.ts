import { backlogOf, type FollowedRoom } from './followed-room.ts';

/** A room this near to its end has messages that people have just written. */
const fresh = 50;

export interface RoomQueueOptions {
  /** Rooms read at the same time. */
  readonly most: number;
  /** Of these, rooms that lag: the others are kept for what was just written. */
  readonly mostLagging: number;
}

/**
 * Whose turn it is: rooms with fresh messages before those that lag, each kind in the order in which they came, one page a
 * turn. So a room of a million messages keeps nobody else waiting.
 */
export class RoomQueue {
  readonly #options: RoomQueueOptions;
  readonly #fresh = new Set<FollowedRoom>();
  readonly #lagging = new Set<FollowedRoom>();
  #busy = 0;
  #busyLagging = 0;

  constructor(options: RoomQueueOptions) {
    this.#options = options;
  }

  /** A room with something to read, unless it is being read or waits. */
  add(room: FollowedRoom): void {
    if (room.isBusy || room.isWaiting || backlogOf(room) <= 0) return;
    const isFresh = backlogOf(room) <= fresh;
    (isFresh ? this.#lagging : this.#fresh).delete(room);
    (isFresh ? this.#fresh : this.#lagging).add(room);
  }

  remove(room: FollowedRoom): void {
    this.#fresh.delete(room);
    this.#lagging.delete(room);
  }

  /** The next room, which is busy until what it is given is called. */
  take(): { readonly room: FollowedRoom; done(): void } | undefined {
    const { most, mostLagging } = this.#options;
    if (this.#busy >= most) return undefined;
    const [first] = this.#fresh;
    const [late] = this.#busyLagging < mostLagging ? this.#lagging : [];
    const room = first ?? late;
    if (room === undefined) return undefined;
    const lags = first === undefined ? 1 : 0;
    this.remove(room);
    room.isBusy = true;
    this.#busy += 1;
    this.#busyLagging += lags;
    return {
      room,
      done: () => {
        room.isBusy = false;
        this.#busy -= 1;
        this.#busyLagging -= lags;
        this.add(room);
      },
    };
  }
}
