import type { RoomId } from '@cloister/wire';
import type { IndexReader } from '../index-reader.ts';
import type { Positions } from './positions.ts';

const most = 512;

/** What was found in one room and is still to be looked up in its log, newest first. */
export class Candidates {
  readonly roomId: RoomId;
  /** None of what is left came later, in milliseconds. */
  bound: number;
  /** Entries up to here are in the index; what is left is not after it. */
  last: number;
  /** Entries that are asked of the log at once, more the longer it takes. */
  chunk = 16;
  readonly #positions: Positions;
  readonly #excepted: ReadonlySet<number>;
  readonly #reader: IndexReader;
  #left: number;

  /** @param bound no document of the room came later */
  constructor(roomId: RoomId, positions: Positions, reader: IndexReader, bound: number) {
    this.roomId = roomId;
    this.#positions = positions;
    this.#excepted = positions.except ? new Set(positions.list) : new Set();
    this.#reader = reader;
    this.last = reader.index.position;
    this.bound = bound;
    this.#left = positions.list.length;
    this.came(bound);
  }

  /** Whether the next ones have to be asked of the log: all but some of it are meant. */
  get needsLog(): boolean {
    return this.#positions.except;
  }

  get isOver(): boolean {
    return this.#positions.except ? this.last === 0 : this.#left === 0;
  }

  /** One that was taken came then: what is left came before, and as the index says. */
  came(at: number): void {
    const next = this.needsLog ? this.last : this.#positions.list[this.#left - 1];
    this.bound = Math.min(this.bound, at, next === undefined ? at : this.#reader.latest(next));
  }

  /** The newest that is left. */
  take(): number {
    this.#left -= 1;
    this.came(this.bound);
    return this.#positions.list[this.#left] as number;
  }

  /** @param logged the room's next entries with content, `chunk` if there are as many */
  takeLogged(logged: readonly number[]): readonly number[] {
    this.last = logged.length < this.chunk ? 0 : Math.min(...logged) - 1;
    this.chunk = Math.min(most, this.chunk * 4);
    this.came(this.bound);
    return logged.filter((position) => !this.#excepted.has(position));
  }
}
