import type { RoomId } from '@cloister/wire';
import { add, insist, remove } from '../crash/change.ts';
import type { Journal } from '../crash/journal.ts';
import { type SdkPerson, until } from '../sdk/sdk-person.ts';

/** Who acts in the matrix: Alice and Aoi stay in every room, Ben comes and goes. */
export interface People {
  readonly alice: SdkPerson;
  readonly aoi: SdkPerson;
  readonly ben: SdkPerson;
}

/** What a change changes. */
export interface RoomState {
  /** Whether Ben is in it. */
  hasBen: boolean;
  /** Whether Alice is its moderator. */
  moderated: boolean;
}

export interface MatrixRoom extends RoomState {
  readonly id: RoomId;
}

/** How many rooms the core can write at a time: a room that stands still within its turn stops the others of its lane. */
export const lanes = 4;
const laneOf = (roomId: string): number => Number.parseInt(roomId.slice(-8), 16) % lanes;

/**
 * Rooms with a history of earlier faults, used again and again; new ones only when none is free. Aoi, whose line is never
 * held, sets them up.
 */
export class Rooms {
  readonly all: MatrixRoom[] = [];
  readonly #people: People;
  readonly #busy = new Set<MatrixRoom>();

  constructor(people: People) {
    this.#people = people;
  }

  /** A room in this state that nobody uses, in this lane or in any. */
  async take(notes: Journal, state: RoomState, lane: number | null): Promise<MatrixRoom> {
    const idle = this.all.filter((room) => !this.#busy.has(room) && (lane === null || laneOf(room.id) === lane));
    const ready = idle.find(({ hasBen, moderated }) => hasBen === state.hasBen && moderated === state.moderated);
    const room = ready ?? idle[0] ?? (await this.#make(notes, lane));
    await this.#bring(notes, room, state);
    this.#busy.add(room);
    return room;
  }

  /** A room that came of a fault. */
  async found(id: RoomId): Promise<MatrixRoom> {
    const { alice, aoi, ben } = this.#people;
    for (const { client } of [alice, aoi, ben]) {
      await until(client, () => client.snapshot().rooms.some((room) => room.id === id));
    }
    const room = { id, hasBen: true, moderated: false };
    this.all.push(room);
    return room;
  }

  /** Everybody may use every room again. */
  free(): void {
    this.#busy.clear();
  }

  /** What a volley that failed left behind is in nobody knows what state. */
  abandon(): void {
    this.all.splice(0, this.all.length, ...this.all.filter((room) => !this.#busy.has(room)));
    this.#busy.clear();
  }

  async #make(notes: Journal, lane: number | null): Promise<MatrixRoom> {
    const { alice, aoi, ben } = this.#people;
    for (;;) {
      const people = [alice.id, ben.id];
      const id = await insist(notes, 'create', () => aoi.client.rooms.create({ title: 'matrix', people }));
      const room = await this.found(id);
      if (lane === null || laneOf(id) === lane) return room;
    }
  }

  async #bring(notes: Journal, room: MatrixRoom, { hasBen, moderated }: RoomState): Promise<void> {
    const { aoi, ben } = this.#people;
    // While there is a moderator, Aoi changes nothing.
    if (room.moderated && (room.hasBen !== hasBen || !moderated)) await this.#moderate(notes, room, false);
    if (room.hasBen !== hasBen) await (hasBen ? add : remove)(notes, aoi, room.id, ben);
    room.hasBen = hasBen;
    if (!room.moderated && moderated) await this.#moderate(notes, room, true);
  }

  async #moderate(notes: Journal, room: MatrixRoom, moderated: boolean): Promise<void> {
    const { rooms } = this.#people.alice.client;
    const { id } = this.#people.alice;
    await insist(notes, moderated ? 'appoint' : 'dismiss', () =>
      moderated ? rooms.appoint(room.id, id) : rooms.dismiss(room.id, id),
    );
    room.moderated = moderated;
  }
}
