import type { OrganisationId, RoomId, UserId } from '@cloister/wire';

/** Who is told of a room's entries, as of a version of the room. */
export interface Roster {
  readonly version: number;
  /** Members whose delivery is not suspended. */
  readonly members: ReadonlySet<UserId>;
  /** With somebody in the room, also where their delivery is suspended. */
  readonly organisations: readonly OrganisationId[];
}

/** Rooms written least recently are forgotten beyond this. */
const limit = 20_000;

/** Remembers rosters while the room's version stays the same. */
export class Rosters {
  readonly #load: (roomId: RoomId) => Promise<Roster | undefined>;
  readonly #known = new Map<RoomId, Roster>();

  constructor(load: (roomId: RoomId) => Promise<Roster | undefined>) {
    this.#load = load;
  }

  /** The roster of a room that has just been written at this version. */
  async at(roomId: RoomId, version: number): Promise<Roster | undefined> {
    const known = this.#known.get(roomId);
    const roster = known?.version === version ? known : await this.#load(roomId);
    this.#known.delete(roomId);
    if (roster !== undefined) this.#known.set(roomId, roster);
    if (this.#known.size > limit) for (const oldest of this.#known.keys()) return this.#forget(oldest, roster);
    return roster;
  }

  #forget(oldest: RoomId, answer: Roster | undefined): Roster | undefined {
    this.#known.delete(oldest);
    return answer;
  }
}
