import type { RoomId } from '@cloister/wire';
import { pageSize } from './core-rooms.ts';
import type { LogEntry } from './log-entry.ts';

/** Entries that came before those they follow; of each room a page at the most, the rest is asked for again. */
export class EarlyEntries {
  readonly #rooms = new Map<RoomId, Map<number, LogEntry>>();

  keep(entry: LogEntry): void {
    const early = this.#rooms.get(entry.roomId) ?? new Map<number, LogEntry>();
    if (early.size < pageSize) early.set(entry.position, entry);
    this.#rooms.set(entry.roomId, early);
  }

  /** The entry at a position, which is kept no longer. */
  take(roomId: RoomId, position: number): LogEntry | undefined {
    const early = this.#rooms.get(roomId);
    const entry = early?.get(position);
    early?.delete(position);
    return entry;
  }

  /** Forgets those that the room has by now. */
  forget(roomId: RoomId, head: number): void {
    const early = this.#rooms.get(roomId);
    if (early === undefined) return;
    for (const position of early.keys()) if (position <= head) early.delete(position);
    if (early.size === 0) this.#rooms.delete(roomId);
  }

  drop(roomId: RoomId): void {
    this.#rooms.delete(roomId);
  }
}
