import type { Log } from '@cloister/logging';
import { newId, type OrganisationId, type RoomId, type UserId } from '@cloister/wire';
import { activityEvent, type OrganisationOf } from '../domain/activity-json.ts';
import type { StoredActivity } from '../domain/stored-activity.ts';
import type { Readers } from '../events/readers.ts';
import { SharedEvent } from '../events/shared-event.ts';
import type { Rosters } from './rosters.ts';

export interface AnnouncerOptions {
  readonly rosters: Rosters;
  readonly readers: Readers;
  readonly organisationOf: OrganisationOf;
  readonly log: Log;
  readonly now: () => number;
  /** Runs something in a moment: a fault is given time to pass. */
  readonly later: (run: () => void) => void;
  /** Entries of a room's log after `after` and before `before`. */
  readonly readLog: (roomId: RoomId, after: number, before: number) => Promise<readonly StoredActivity[]>;
  /** Told of each room that organisations' people see more of than before; a hint, which may be lost. */
  readonly changed: (roomId: RoomId, organisations: readonly OrganisationId[]) => void;
}

/** What may have been committed. */
interface Unheard {
  readonly roomId: RoomId;
  readonly version: number;
  readonly entries: readonly StoredActivity[];
  readonly also?: readonly UserId[];
}

/** Entries that were held back from somebody. */
export interface Replay {
  readonly people: readonly UserId[];
  readonly entries: readonly StoredActivity[];
}

/** Rooms whose last announced position is remembered. */
const limit = 100_000;

/**
 * Tells readers of entries after their commit, each room's in order. An entry whose commit this process did not hear of
 * (the answer was lost) is found as a gap before the next one and told from the log.
 */
export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #announced = new Map<RoomId, number>();

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /**
   * Announces entries of one room, in order of position. Never fails: what is committed stays so, and what could not be
   * told now is told later.
   * @param also people to tell besides the members, such as somebody who was just removed
   */
  async announce(
    roomId: RoomId,
    version: number,
    entries: readonly StoredActivity[],
    also: readonly UserId[] = [],
  ): Promise<void> {
    try {
      const roster = await this.#options.rosters.at(roomId, version);
      const missed = await this.#missedBefore(roomId, entries[0]?.position ?? 1);
      const people = new Set([...(roster?.members ?? []), ...also]);
      this.tell(people, [...missed, ...entries]);
      this.#options.changed(roomId, roster?.organisations ?? []);
      this.#remember(roomId, entries.at(-1)?.position ?? 0);
    } catch (error) {
      this.#options.log.failure('room.not-announced', error, { roomId });
      this.#options.later(() => void this.#again(roomId, version, entries, also));
    }
  }

  /** What could not be told, such as while the database was away. What was told since as a gap is not told twice. */
  async #again(
    roomId: RoomId,
    version: number,
    entries: readonly StoredActivity[],
    also: readonly UserId[],
  ): Promise<void> {
    const announced = this.#announced.get(roomId) ?? 0;
    const left = entries.filter(({ position }) => position > announced);
    if (left.length > 0) return this.announce(roomId, version, left, also);
    this.tell(also, entries);
  }

  /** Announces entries later if they turn out to stand in the log: nobody heard whether they were committed. */
  perhaps({ roomId, version, entries, also = [] }: Unheard): void {
    const [first, last] = [entries[0], entries.at(-1)];
    if (first === undefined || last === undefined) return;
    const look = async () => {
      try {
        const stored = await this.#options.readLog(roomId, first.position - 1, last.position + 1);
        const stands = entries.every(({ id }) => stored.some((other) => other.id === id));
        if (stands) await this.#again(roomId, version, entries, also);
      } catch (error) {
        this.#options.log.failure('room.not-announced', error, { roomId });
        this.perhaps({ roomId, version, entries, also });
      }
    };
    this.#options.later(() => void look());
  }

  /** Tells people of what was held back from them. */
  async replay(roomId: RoomId, version: number, { people, entries }: Replay): Promise<void> {
    this.tell(people, entries);
    try {
      const roster = await this.#options.rosters.at(roomId, version);
      this.#options.changed(roomId, roster?.organisations ?? []);
    } catch (error) {
      this.#options.log.failure('room.not-announced', error, { roomId });
    }
  }

  /** Tells people of entries as they are. */
  tell(people: Iterable<UserId>, entries: readonly StoredActivity[]): void {
    const { now, organisationOf, readers } = this.#options;
    const at = now();
    readers.tell(
      people,
      entries.map((entry) => new SharedEvent(activityEvent(entry, organisationOf), { id: newId(), now: at })),
    );
  }

  async #missedBefore(roomId: RoomId, position: number): Promise<readonly StoredActivity[]> {
    const announced = this.#announced.get(roomId);
    if (announced === undefined || announced >= position - 1) return [];
    return this.#options.readLog(roomId, announced, position);
  }

  #remember(roomId: RoomId, position: number): void {
    this.#announced.delete(roomId);
    this.#announced.set(roomId, position);
    if (this.#announced.size <= limit) return;
    for (const oldest of this.#announced.keys()) {
      this.#announced.delete(oldest);
      return;
    }
  }
}
