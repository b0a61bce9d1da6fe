import type { RoomId } from '@cloister/wire';
import type { Positions } from './positions.ts';

const most = 512;

/** What was found in one room and is still to be looked up in its log, newest first, more at a time the longer it takes. */
export class Candidates {
  readonly roomId: RoomId;
  /** None of what is left came later, in milliseconds. */
  bound: number;
  /** Entries up to here are in the index; what is left is not after it. */
  last: number;
  chunk = 1;
  readonly #positions: Positions;
  readonly #excepted: ReadonlySet<number>;
  #left: number;

  constructor(roomId: RoomId, positions: Positions, last: number, bound: number) {
    this.roomId = roomId;
    this.#positions = positions;
    this.#excepted = positions.except ? new Set(positions.list) : new Set();
    this.last = last;
    this.bound = bound;
    this.#left = positions.list.length;
  }

  /** Whether the next ones have to be asked of the log: all but some of it are meant. */
  get needsLog(): boolean {
    return this.#positions.except;
  }

  get isOver(): boolean {
    return this.#positions.except ? this.last === 0 : this.#left === 0;
  }

  /** How many are looked up first. */
  begin(chunk: number): void {
    this.chunk = Math.min(most, chunk);
  }

  /** @param logged for one that needs the log: its next entries with content, `chunk` if there are as many */
  take(logged: readonly number[] = []): readonly number[] {
    const { chunk } = this;
    this.chunk = Math.min(most, chunk * 4);
    if (this.needsLog) {
      this.last = logged.length < chunk ? 0 : Math.min(...logged) - 1;
      return logged.filter((position) => !this.#excepted.has(position));
    }
    const from = Math.max(0, this.#left - chunk);
    const taken = this.#positions.list.slice(from, this.#left);
    this.#left = from;
    return taken;
  }
}
