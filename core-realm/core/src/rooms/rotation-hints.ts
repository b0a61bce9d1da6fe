import type { RoomId } from '@cloister/wire';
import type { Asker } from '../domain/asker.ts';

const lifetime = 60_000;
const limit = 10_000;

/**
 * Who was told to rotate a moment ago. A published client that was told so reads the room and makes a new key only if
 * the room shows no default key; but one that removes two people in a row drops the sealed part of the second removal if
 * the room shows none. So the stale default stays visible (it is never nulled), except to who has just been told.
 */
export class RotationHints {
  readonly #until = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  tell(asker: Asker, roomId: RoomId): void {
    const name = nameOf(asker, roomId);
    this.#until.delete(name);
    this.#until.set(name, this.#now() + lifetime);
    if (this.#until.size > limit) for (const oldest of this.#until.keys()) return void this.#until.delete(oldest);
  }

  /** They made a key: what becomes stale from here on they have not been told of. */
  heeded(asker: Asker, roomId: RoomId): void {
    this.#until.delete(nameOf(asker, roomId));
  }

  isTold(asker: Asker, roomId: RoomId): boolean {
    return (this.#until.get(nameOf(asker, roomId)) ?? 0) > this.#now();
  }
}

const nameOf = ({ userId, deviceId }: Asker, roomId: RoomId) => `${userId} ${deviceId ?? ''} ${roomId}`;
