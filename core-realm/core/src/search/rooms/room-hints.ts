import type { RoomId } from '@cloister/wire';

/** Rooms remembered of one organisation; who is further behind looks at all of them. */
const mostHints = 100_000;

/**
 * Which rooms got entries, in order: a number each. A room is named again only after its last mention was handed out, so that a busy one
 * takes no more place than a quiet one.
 */
export class RoomHints {
  #rooms: RoomId[] = [];
  /** The number of the hint before the first that is remembered. */
  #before = 0;
  #given = 0;
  readonly #last = new Map<RoomId, number>();

  /** The number of the newest hint. */
  get head(): number {
    return this.#before + this.#rooms.length;
  }

  add(roomId: RoomId): void {
    if ((this.#last.get(roomId) ?? 0) > this.#given) return;
    this.#rooms.push(roomId);
    this.#last.set(roomId, this.head);
    if (this.#rooms.length > mostHints) this.#forgetHalf();
  }

  /** At most `limit` hints after a number, and the number to go on from; undefined when some of them are forgotten. */
  after(number: number, limit: number): { readonly rooms: readonly RoomId[]; readonly next: number } | undefined {
    if (number < this.#before || number > this.head) return undefined;
    const rooms = this.#rooms.slice(number - this.#before, number - this.#before + limit);
    const next = number + rooms.length;
    this.#given = Math.max(this.#given, next);
    return { rooms: [...new Set(rooms)], next };
  }

  #forgetHalf(): void {
    const forgotten = this.#rooms.splice(0, mostHints / 2);
    this.#before += forgotten.length;
    for (const roomId of forgotten) if ((this.#last.get(roomId) ?? 0) <= this.#before) this.#last.delete(roomId);
  }
}
