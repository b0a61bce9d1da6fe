import type { RoomId } from '@cloister/wire';

/** Where drafts survive a reload: sealed, since they are somebody's words. */
export interface DraftStore {
  readAll(): Promise<ReadonlyMap<string, string>>;
  write(roomId: string, text: string): Promise<void>;
  remove(roomId: string): Promise<void>;
}

/** What was typed and not sent, by room. Reading is immediate; storing follows, the newest text only. */
export class Drafts {
  readonly #texts = new Map<string, string>();
  readonly #waiting = new Set<string>();
  readonly #store: DraftStore | undefined;
  #storing: Promise<void> | undefined;

  constructor(store?: DraftStore) {
    this.#store = store;
  }

  /** Takes up what the store remembers; a store that cannot be read leaves no drafts. */
  async load(): Promise<this> {
    const stored = await this.#store?.readAll().catch(() => undefined);
    for (const [roomId, text] of stored ?? []) if (!this.#texts.has(roomId)) this.#texts.set(roomId, text);
    return this;
  }

  get(roomId: RoomId): string {
    return this.#texts.get(roomId) ?? '';
  }

  set(roomId: RoomId, text: string): void {
    if (text === this.get(roomId)) return;
    if (text === '') this.#texts.delete(roomId);
    else this.#texts.set(roomId, text);
    this.#waiting.add(roomId);
    this.#storing ??= this.#storeAll();
  }

  /** Resolves when everything typed so far is stored. */
  async stored(): Promise<void> {
    await this.#storing;
  }

  async #storeAll(): Promise<void> {
    for (const roomId of this.#waiting) {
      this.#waiting.delete(roomId);
      const text = this.#texts.get(roomId);
      // A draft that cannot be stored is still on screen.
      await (text === undefined ? this.#store?.remove(roomId) : this.#store?.write(roomId, text))?.catch(() => {});
    }
    this.#storing = undefined;
  }
}
