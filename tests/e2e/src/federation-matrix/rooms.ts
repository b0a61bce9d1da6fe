import type { RoomId } from '@cloister/wire';
import { add, insist, isIn, remove } from '../crash/change.ts';
import type { Journal } from '../crash/journal.ts';
import { saying } from '../crash-matrix/volley.ts';
import { type SdkPerson, until } from '../sdk/sdk-person.ts';

/** Alice is Acme's, where the rooms are at home; Grace and Hugo are Globex's, and Hugo comes and goes. */
export interface People {
  readonly alice: SdkPerson;
  readonly grace: SdkPerson;
  readonly hugo: SdkPerson;
}

export interface RoomState {
  readonly hasHugo: boolean;
  /** Whether Grace is its moderator. */
  readonly moderated: boolean;
  /** Whether somebody left since Grace last wrote, and whether nobody has written since. */
  readonly stale: 'no' | 'hers' | 'all';
}

export interface MatrixRoom {
  readonly id: RoomId;
  state: RoomState;
}

/** Rooms with a history of earlier faults, used again and again; new ones only when none is free. */
export class Rooms {
  readonly all: MatrixRoom[] = [];
  readonly #people: People;
  readonly #busy = new Set<MatrixRoom>();

  constructor(people: People) {
    this.#people = people;
  }

  /** A room in this state that nobody uses. */
  async take(notes: Journal, state: RoomState): Promise<MatrixRoom> {
    const idle = this.all.filter((room) => !this.#busy.has(room));
    const like = ({ state: { hasHugo, moderated } }: MatrixRoom) =>
      hasHugo === isToHaveHugo(state) && moderated === state.moderated;
    const room = idle.find(like) ?? idle[0] ?? (await this.#make(notes));
    this.#busy.add(room);
    await this.#bring(notes, room, state);
    return room;
  }

  free(): void {
    this.#busy.clear();
  }

  /** What a volley that failed left behind is in nobody knows what state. */
  abandon(): void {
    this.all.splice(0, this.all.length, ...this.all.filter((room) => !this.#busy.has(room)));
    this.#busy.clear();
  }

  async #make(notes: Journal): Promise<MatrixRoom> {
    const { alice, grace, hugo } = this.#people;
    const people = [grace.id, hugo.id];
    const id = await insist(notes, 'create', () => alice.client.rooms.create({ title: 'matrix', people }));
    await known(this.#people, id);
    const room: MatrixRoom = { id, state: { hasHugo: true, moderated: false, stale: 'no' } };
    this.all.push(room);
    return room;
  }

  async #bring(notes: Journal, room: MatrixRoom, state: RoomState): Promise<void> {
    const { alice, grace, hugo } = this.#people;
    const { id } = room;
    const hasHugo = isToHaveHugo(state);
    if (room.state.hasHugo !== hasHugo) await (hasHugo ? add : remove)(notes, grace, id, hugo);
    if (room.state.moderated !== state.moderated) {
      const { rooms } = grace.client;
      await insist(notes, state.moderated ? 'appoint' : 'dismiss', () =>
        state.moderated ? rooms.appoint(id, grace.id) : rooms.dismiss(id, grace.id),
      );
      await until(grace.client, () => isModerated(grace, id) === state.moderated);
    }
    // Everybody has a live key of their own, unless a departure is what the operation is about.
    for (const person of [alice, grace]) {
      await person.client.rooms.open(id);
      await saying(person, id);
    }
    if (state.stale !== 'no') {
      await remove(notes, alice, id, hugo);
      await until(grace.client, () => !isIn(grace, id, hugo));
    }
    if (state.stale === 'hers') {
      const { id: message } = await saying(alice, id);
      await until(grace.client, () => grace.client.timeline(id).entries.some((entry) => entry.id === message), id);
    }
    room.state = state;
  }
}

/** At first: who is to have left was there. */
const isToHaveHugo = ({ hasHugo, stale }: RoomState): boolean => hasHugo || stale !== 'no';

export const isModerated = ({ id, client }: SdkPerson, roomId: RoomId): boolean =>
  client.snapshot().rooms.some((room) => room.id === roomId && room.moderators.includes(id));

/** Resolves when everybody's client shows the room. */
export const known = async (people: People, id: RoomId): Promise<void> => {
  for (const { client } of Object.values<SdkPerson>({ ...people })) {
    await until(client, () => client.snapshot().rooms.some((room) => room.id === id));
  }
};
