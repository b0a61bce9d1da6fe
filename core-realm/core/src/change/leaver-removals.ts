import type { Log } from '@cloister/logging';
import type { Person } from '@cloister/verify';
import type { OperationId, RemovalFrame, UserId } from '@cloister/wire';
import { boundRemoval, hasLeft } from '../domain/decide-removal.ts';
import type { RoomWriter } from '../rooms/room-writer.ts';
import type { IsGone } from './link-receipt.ts';
import type { RealmReceipt } from './realm-receipt.ts';
import { writeRemoval } from './write-removal.ts';

export interface LeaverRemovalsOptions {
  readonly rooms: RoomWriter;
  readonly receiptOf: RealmReceipt;
  readonly person: (id: UserId) => Person | undefined;
  readonly isGone: IsGone;
  readonly now: () => number;
  readonly log: Log;
}

/** More removals at work than this, and another is left for the realm to send again. */
const limit = 500;

/**
 * Removals that a realm's key server made by itself, since the person left their organisation (R332, docs/wires.md §9).
 * What cannot be written yet, or proves nothing, changes nothing and is not answered: the realm sends it again.
 */
export class LeaverRemovals {
  readonly #options: LeaverRemovalsOptions;
  readonly #running = new Set<OperationId>();

  constructor(options: LeaverRemovalsOptions) {
    this.#options = options;
  }

  /** Whether the removal stands in the room's log now. */
  async record(kmsHost: string, frame: RemovalFrame): Promise<boolean> {
    const { operationId, roomId } = frame;
    if (this.#running.has(operationId) || this.#running.size >= limit) return false;
    this.#running.add(operationId);
    try {
      return await this.#record(kmsHost, frame);
    } catch (error) {
      this.#options.log.failure('removal.not-recorded', error, { roomId, kmsHost });
      return false;
    } finally {
      this.#running.delete(operationId);
    }
  }

  async #record(kmsHost: string, frame: RemovalFrame): Promise<boolean> {
    const { rooms, receiptOf, person, now, log, isGone } = this.#options;
    const { roomId } = frame;
    const receipt = await receiptOf(kmsHost, frame.receipt);
    const removal = boundRemoval(frame, receipt);
    if (!hasLeft(removal, person)) return false;
    const { recorded, breaks } = await rooms.change(roomId, (tx) =>
      writeRemoval(tx, removal, frame.receipt, { now: new Date(now()), isGone }),
    );
    if (breaks > 0) log.event('receipt.chain-broken', { roomId, kmsHost, count: breaks }, 'error');
    return recorded;
  }
}
