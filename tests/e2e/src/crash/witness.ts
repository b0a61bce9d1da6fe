import type { TimelineEntry } from '@cloister/sdk';
import type { ActivityId, RoomId } from '@cloister/wire';
import { type SdkPerson, textOf } from '../sdk/sdk-person.ts';

/** Everything one client ever showed of a room's log, live. */
export class Witness {
  readonly person: SdkPerson;
  readonly #rooms = new Map<RoomId, Map<string, Map<ActivityId, number>>>();
  readonly #ends: (() => void)[] = [];

  constructor(person: SdkPerson) {
    this.person = person;
  }

  async watch(roomId: RoomId): Promise<void> {
    const { client } = this.person;
    this.#ends.push(client.subscribeTimeline(roomId, () => this.#look(roomId)));
    await client.rooms.open(roomId);
    this.#look(roomId);
  }

  /** Text → the entries it was seen as, with their positions. */
  of(roomId: RoomId): ReadonlyMap<string, ReadonlyMap<ActivityId, number>> {
    return this.#rooms.get(roomId) ?? new Map();
  }

  end(): void {
    for (const end of this.#ends) end();
  }

  #look(roomId: RoomId): void {
    const seen = this.#rooms.get(roomId) ?? new Map<string, Map<ActivityId, number>>();
    this.#rooms.set(roomId, seen);
    for (const entry of this.person.client.timeline(roomId).entries) note(seen, entry);
  }
}

const note = (seen: Map<string, Map<ActivityId, number>>, entry: TimelineEntry): void => {
  const text = textOf(entry);
  if (text === undefined || entry.id === undefined || entry.position === undefined) return;
  const places = seen.get(text) ?? new Map<ActivityId, number>();
  seen.set(text, places);
  const before = places.get(entry.id);
  if (before !== undefined && before !== entry.position) throw new Error(`"${text}" moved from ${before}`);
  places.set(entry.id, entry.position);
};
