import type { DeviceId, UserId } from '@cloister/wire';
import type { Reader } from './reader.ts';
import type { SharedEvent } from './shared-event.ts';

/** Every registration for events, with a socket or waiting for its reader to come back, found by person. */
export class Readers {
  readonly #byId = new Map<string, Reader>();
  readonly #byUser = new Map<UserId, Set<Reader>>();

  add(reader: Reader): void {
    this.#byId.set(reader.id, reader);
    const { userId } = reader.identity;
    const known = this.#byUser.get(userId);
    if (known === undefined) this.#byUser.set(userId, new Set([reader]));
    else known.add(reader);
  }

  /** Forgets the registration: its device cannot resume it. */
  remove(reader: Reader): void {
    reader.close();
    this.#byId.delete(reader.id);
    const { userId } = reader.identity;
    const known = this.#byUser.get(userId);
    known?.delete(reader);
    if (known?.size === 0) this.#byUser.delete(userId);
  }

  get(id: string): Reader | undefined {
    return this.#byId.get(id);
  }

  ofUser(userId: UserId): Iterable<Reader> {
    return this.#byUser.get(userId) ?? [];
  }

  ofDevice(userId: UserId, deviceId: DeviceId): Reader[] {
    return [...this.ofUser(userId)].filter((reader) => reader.deviceId === deviceId);
  }

  all(): Iterable<Reader> {
    return this.#byId.values();
  }

  get count(): number {
    return this.#byId.size;
  }

  /** Tells each of the people's registrations the events, in order, in one write a socket. */
  tell(people: Iterable<UserId>, events: readonly SharedEvent[]): void {
    for (const userId of people) {
      for (const reader of this.ofUser(userId)) tellAll(reader, events);
    }
  }

  /** Tells the device that asked, or all of the person's registrations when it is unknown (kms.md §1.1). */
  reply(userId: UserId, deviceId: DeviceId | undefined, event: SharedEvent): void {
    const asking = deviceId === undefined ? [] : this.ofDevice(userId, deviceId);
    for (const reader of asking.length > 0 ? asking : this.ofUser(userId)) reader.tell(event);
  }
}

const tellAll = (reader: Reader, events: readonly SharedEvent[]) => {
  const stream = events.length > 1 ? reader.connection?.stream : undefined;
  stream?.cork();
  for (const event of events) reader.tell(event);
  stream?.uncork();
};
