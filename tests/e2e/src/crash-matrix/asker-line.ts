import { globalPlatform, type Platform } from '@cloister/sdk';
import { lanes } from './rooms.ts';

/** A room that is asked for, whose first request waits here. */
interface NewRoom {
  readonly id: string;
  /** Lets the request go on. */
  pass(): void;
}

/**
 * The line of those who ask for changes. While it is held, each room's first request passes and every repeat waits: what
 * the servers make of a fault is then their own doing, not that of a client that asks again.
 */
export class AskerLine {
  readonly platform: Platform = {
    ...globalPlatform,
    fetch: (input, init) => this.#fetch(String(input), init),
    randomUuid: () => this.#uuid(),
  };
  readonly #answered = new Map<string, PromiseWithResolvers<void>>();
  readonly #asked = new Set<string>();
  /** Another room's first request. */
  #next = Promise.withResolvers<void>();
  #held = Promise.resolve();
  #release = () => {};
  #lane: number | null = null;
  /** Rooms that were asked for, however long ago: what comes again is no new room. */
  readonly #known = new Set<string>();
  #expected: PromiseWithResolvers<NewRoom> | undefined;

  hold(): void {
    this.#answered.clear();
    this.#asked.clear();
    this.#expected = undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    this.#release = resolve;
  }

  /** Clients choose the ids of their rooms: from now on so that the core writes them in this lane. */
  newRoomsIn(lane: number | null): void {
    this.#lane = lane;
  }

  /** Whoever is asked for next: its client alone knows the id before the servers do. */
  newRoom(): Promise<NewRoom> {
    this.#expected = Promise.withResolvers();
    return this.#expected.promise;
  }

  release(): void {
    this.#release();
  }

  /** Resolves when the room's first request was answered, or came to nothing. */
  answered(roomId: string): Promise<void> {
    return this.#of(roomId).promise;
  }

  /** Resolves when so many rooms' first requests were answered, or came to nothing. */
  async allAnswered(count: number): Promise<void> {
    while (this.#asked.size < count) await this.#next.promise;
    await Promise.all([...this.#asked].map((roomId) => this.answered(roomId)));
  }

  #uuid(): string {
    const id = globalPlatform.randomUuid();
    if (this.#lane === null) return id;
    return id.slice(0, -1) + ((Number.parseInt(id.slice(-1), 16) & ~(lanes - 1)) | this.#lane).toString(16);
  }

  async #fetch(url: string, init?: RequestInit): Promise<Response> {
    const room = roomOf(url, init);
    if (room === undefined) return fetch(url, init);
    const { id: roomId } = room;
    if (room.isNew) await this.#shown(roomId);
    if (this.#asked.has(roomId)) {
      await this.#held;
      return fetch(url, init);
    }
    this.#asked.add(roomId);
    this.#next.resolve();
    this.#next = Promise.withResolvers();
    const answered = this.#of(roomId);
    try {
      return await fetch(url, init);
    } finally {
      answered.resolve();
    }
  }

  async #shown(id: string): Promise<void> {
    const expected = this.#known.has(id) ? undefined : this.#expected;
    this.#known.add(id);
    if (expected === undefined) return;
    this.#expected = undefined;
    await new Promise<void>((pass) => expected.resolve({ id, pass }));
  }

  #of(roomId: string): PromiseWithResolvers<void> {
    const found = this.#answered.get(roomId) ?? Promise.withResolvers<void>();
    this.#answered.set(roomId, found);
    return found;
  }
}

/** The room of a change in two parts; undefined for every other request. */
const roomOf = (url: string, init?: RequestInit): { readonly id: string; readonly isNew: boolean } | undefined => {
  if (typeof init?.body !== 'string' || !init.body.includes('"kmsMessage"')) return undefined;
  const changed = /conversations\/([0-9a-f-]{36})\//.exec(url)?.[1];
  if (changed !== undefined) return { id: changed, isNew: false };
  const { cloister } = JSON.parse(init.body) as { cloister?: { roomId?: string } };
  return cloister?.roomId === undefined ? undefined : { id: cloister.roomId, isNew: true };
};
