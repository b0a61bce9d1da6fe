import type { DeviceId, UserId } from '@cloister/wire';
import type { RealmNode } from './realm-node.ts';

/** Whose messages a batch carried, so that its replies find the asking device. */
export interface Batch {
  readonly userId: UserId;
  readonly deviceId: DeviceId | undefined;
  readonly node: RealmNode;
}

/** More batches in flight than this, and the oldest is forgotten: its clients ask again. */
const limit = 20_000;

export class Batches {
  readonly #open = new Map<string, Batch>();

  add(id: string, batch: Batch): void {
    if (this.#open.size >= limit) {
      for (const oldest of this.#open.keys()) {
        this.#open.delete(oldest);
        break;
      }
    }
    this.#open.set(id, batch);
  }

  /** The batch, if it was this node's. */
  get(id: string, node: RealmNode): Batch | undefined {
    const batch = this.#open.get(id);
    return batch?.node === node ? batch : undefined;
  }

  done(id: string, node: RealmNode): void {
    if (this.get(id, node) !== undefined) this.#open.delete(id);
  }

  dropAllOf(node: RealmNode): void {
    for (const [id, batch] of this.#open) if (batch.node === node) this.#open.delete(id);
  }
}
