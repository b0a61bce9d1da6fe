import { type Database, sql } from '@cloister/database';
import type { IndexState, RoomId } from '@cloister/wire';

export interface Generation {
  readonly generation: number;
  readonly rules: string;
}

/** Which generation of a room's index is built, and which older ones can still be asked. */
export interface Choice {
  readonly generation: number;
  /** Nothing of it is there yet. */
  readonly isNew: boolean;
}

/**
 * The generation to build: the newest, of accepted rules, that this indexer made itself; else one above all that anybody knows of.
 * Of an index that is not in its own database it has no counters, so it could neither go on with it nor ask it.
 */
export const chooseGeneration = (
  own: readonly Generation[],
  inCore: readonly Pick<IndexState, 'generation'>[],
  accepted: readonly string[],
): Choice => {
  const newest = own.toSorted((a, b) => b.generation - a.generation).at(0);
  const highest = Math.max(0, newest?.generation ?? 0, ...inCore.map(({ generation }) => generation));
  if (newest !== undefined && accepted.includes(newest.rules) && newest.generation === highest) {
    return { generation: highest, isNew: false };
  }
  return { generation: highest + 1, isNew: true };
};

/** Rules of an index of which some documents were not read, since the programs for that were missing. */
const unread = (rules: string): string => `${rules} unread`;

/** The indexer's own record of which rules each index was made by. */
export class Generations {
  readonly #database: Database;
  readonly #rules: string;
  readonly #accepted: readonly string[];
  #own = new Map<RoomId, readonly Generation[]>();

  /** `reads`: whether documents can be read here. Indexes that lack what is inside of some are then built anew. */
  constructor(database: Database, rules: string, reads: boolean) {
    this.#database = database;
    this.#rules = rules;
    this.#accepted = reads ? [rules] : [rules, unread(rules)];
  }

  async load(): Promise<void> {
    const rows = await this.#database.rows(
      sql<{ roomId: RoomId; generation: number; rules: string }>`
        select room_id as "roomId", generation, rules from generations`,
    );
    this.#own = new Map();
    for (const { roomId, ...generation } of rows) this.#own.set(roomId, [...this.of(roomId), generation]);
  }

  of(roomId: RoomId): readonly Generation[] {
    return this.#own.get(roomId) ?? [];
  }

  choose(roomId: RoomId, inCore: readonly Pick<IndexState, 'generation'>[]): Choice {
    return chooseGeneration(this.of(roomId), inCore, this.#accepted);
  }

  /** Writes down generations that are begun, before anything of them is sent. */
  async begin(rooms: readonly { readonly roomId: RoomId; readonly generation: number }[]): Promise<void> {
    if (rooms.length === 0) return;
    const ids = rooms.map(({ roomId }) => roomId);
    const generations = rooms.map(({ generation }) => generation);
    await this.#database.execute(sql`
      insert into generations (room_id, generation, rules)
      select room_id, generation, ${this.#rules} from unnest(${ids}::uuid[], ${generations}::bigint[]) as begun (room_id, generation)
      on conflict do nothing`);
    for (const { roomId, generation } of rooms) {
      this.#own.set(roomId, [...this.of(roomId), { generation, rules: this.#rules }]);
    }
  }

  /** Writes down, before anything of it is sent, that the index being built lacks what is inside of a document. */
  async lacks(roomId: RoomId): Promise<void> {
    const newest = this.of(roomId).toSorted((a, b) => b.generation - a.generation)[0];
    if (newest === undefined || newest.rules !== this.#rules) return;
    const rules = unread(this.#rules);
    await this.#database.execute(sql`
      update generations set rules = ${rules} where room_id = ${roomId} and generation = ${newest.generation}`);
    this.#own.set(
      roomId,
      this.of(roomId).map((one) => (one.generation === newest.generation ? { ...one, rules } : one)),
    );
  }

  async forget(roomId: RoomId, generation: number): Promise<void> {
    await this.#database.execute(sql`delete from generations where room_id = ${roomId} and generation = ${generation}`);
    this.#own.set(
      roomId,
      this.of(roomId).filter((one) => one.generation !== generation),
    );
  }
}
