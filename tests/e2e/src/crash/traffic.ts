import type { ActivityId, RoomId } from '@cloister/wire';
import type { SdkPerson } from '../sdk/sdk-person.ts';
import type { Chance } from './chance.ts';

/** A message the SDK reported as sent. */
export interface Said {
  readonly roomId: RoomId;
  readonly author: SdkPerson;
  readonly text: string;
  readonly id: ActivityId;
  readonly position: number;
}

export interface TrafficOptions {
  readonly people: readonly SdkPerson[];
  readonly chance: Chance;
  /** Who may be put out of a room while writing there; only there may the SDK refuse a message. */
  readonly mayLose: (roomId: RoomId) => boolean;
}

/**
 * People who write without end: each picks a room, hands a few numbered messages to the outbox at once, and goes on when
 * every one of them was reported as sent.
 */
export class Traffic {
  readonly said: Said[] = [];
  readonly #options: TrafficOptions;
  readonly #rooms = new Map<SdkPerson, Set<RoomId>>();
  readonly #waiting = new Set<{ readonly count: number; readonly resolve: () => void }>();
  readonly #failed = Promise.withResolvers<never>();
  #count = 0;
  #running: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#failed.promise.catch(() => {});
  }

  join(roomId: RoomId, people: readonly SdkPerson[]): void {
    for (const person of people) this.#of(person).add(roomId);
  }

  leave(roomId: RoomId, person: SdkPerson): void {
    this.#of(person).delete(roomId);
  }

  start(): void {
    this.#running = Promise.all(this.#options.people.map((person) => this.#write(person)));
    this.#running.catch((cause: unknown) => this.#failed.reject(cause));
  }

  /** Resolves when so many more messages were reported as sent; rejects when one that had to be sent was refused. */
  async more(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add({ count: this.#count + count, resolve });
    await Promise.race([promise, this.#failed.promise]);
  }

  /** Resolves when this very person got a message through, written after the call. */
  async everyoneAgain(): Promise<void> {
    const from = this.said.length;
    const missing = () => {
      const since = new Set(this.said.slice(from).map(({ author }) => author));
      return this.#options.people.some((person) => !since.has(person));
    };
    while (missing()) await this.more(1);
  }

  /** Ends the writing; resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #write(person: SdkPerson): Promise<void> {
    const { chance, mayLose } = this.#options;
    const name = person.id.slice(0, 4);
    for (let n = 1; !this.#stopped; ) {
      const roomId = chance.pick([...this.#of(person)]);
      const texts = Array.from({ length: 1 + chance.below(3) }, () => `${name} ${n++}`);
      const keys = [];
      for (const text of texts) keys.push({ text, key: await person.client.send(roomId, { text }) });
      for (const { text, key } of keys) {
        try {
          const { id, position } = await person.client.sent(roomId, key);
          if (id === undefined || position === undefined) throw new Error(`"${text}" was sent but has no place`);
          this.#heard({ roomId, author: person, text, id, position });
        } catch (cause) {
          if (!mayLose(roomId)) throw new Error(`"${text}" was refused in a room nobody left`, { cause });
          await person.client.discard(roomId, key);
        }
      }
    }
  }

  #heard(said: Said): void {
    this.said.push(said);
    this.#count += 1;
    for (const waiting of this.#waiting) {
      if (waiting.count > this.#count) continue;
      this.#waiting.delete(waiting);
      waiting.resolve();
    }
  }

  #of(person: SdkPerson): Set<RoomId> {
    const found = this.#rooms.get(person) ?? new Set<RoomId>();
    this.#rooms.set(person, found);
    return found;
  }
}
