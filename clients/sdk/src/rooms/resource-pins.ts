import { parseInstanceUri, type ResourceUri, type RoomId } from '@cloister/wire';
import type { Store } from '../store/store.ts';

/**
 * The resource each room had when this device first saw it, kept over restarts: a core that names another one later must
 * not lead this room's readers to another room's keys (threats row 17).
 */
export class ResourcePins {
  readonly #store: Store;
  readonly #pins = new Map<RoomId, ResourceUri>();

  constructor(store: Store) {
    this.#store = store;
  }

  async load(): Promise<void> {
    for (const [name, value] of await this.#store.readAll('keys')) {
      if (!name.startsWith('pin/')) continue;
      try {
        this.#pins.set(name.slice('pin/'.length) as RoomId, parseInstanceUri(value, 'resources'));
      } catch {
        // Not a resource any more: it is pinned again when the room is seen.
      }
    }
  }

  /** The room's resource: the pinned one, else this one from now on. */
  pin(roomId: RoomId, named: ResourceUri | undefined): ResourceUri | undefined {
    const known = this.#pins.get(roomId);
    if (known !== undefined || named === undefined) return known;
    this.#pins.set(roomId, named);
    // Should the write fail, the next run pins what it sees first.
    this.#store.write('keys', `pin/${roomId}`, named).catch(() => {});
    return named;
  }
}
