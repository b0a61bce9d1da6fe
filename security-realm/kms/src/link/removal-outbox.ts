import type { Log } from '@cloister/logging';
import { newId, type RealmFrame, type RemovalRecordedFrame } from '@cloister/wire';
import { DUE_MS } from '../leavers/undelivered.ts';
import type { Kms } from '../open-kms.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** wires.md §9: "sends again (every 5 s, after each connect), at most 50 unanswered at a time". */
export const AGAIN_MS = 5_000;
const MOST_UNANSWERED = 50;

export type RemovalOutboxOptions = {
  readonly kms: Pick<Kms, 'takeRemovals' | 'removalRecorded'>;
  readonly send: (frame: RealmFrame) => void;
  readonly log: Log;
  /** Milliseconds of a clock that only moves forward. */
  readonly monotonicNow: () => number;
};

/** Tells the core over one connection which people the key server removed by itself, until it says it wrote them down. */
export class RemovalOutbox {
  readonly #options: RemovalOutboxOptions;
  /** Operation ids, with when each was sent. */
  readonly #unanswered = new Map<string, number>();
  #isFinished = false;
  /** What another connection has sent just now is sent again over this one. */
  #isNew = true;

  constructor(options: RemovalOutboxOptions) {
    this.#options = options;
  }

  /** Sends what there is to send now; to be called when the link opens, when something was removed, and every 5 s. */
  readonly send = oneAtATime(async () => {
    const { kms, send, log, monotonicNow } = this.#options;
    if (this.#isFinished) return;
    try {
      const now = monotonicNow();
      for (const [id, at] of this.#unanswered) if (now - at >= DUE_MS) this.#unanswered.delete(id);
      const limit = MOST_UNANSWERED - this.#unanswered.size;
      if (limit <= 0) return;
      const removals = await kms.takeRemovals({ limit, all: this.#isNew });
      this.#isNew = false;
      for (const removal of removals) {
        this.#unanswered.set(removal.operationId, now);
        send({ type: 'removal', id: newId(), ...removal });
      }
    } catch (error) {
      log.failure('removal.not-sent', error);
    }
  });

  /** Sends no more; resolves when what was being sent is. */
  finish(): Promise<void> {
    this.#isFinished = true;
    return this.send();
  }

  /** The core has written a removal: it is told no more, and the next ones have room. */
  async recorded({ operationId }: RemovalRecordedFrame): Promise<void> {
    const { kms, log } = this.#options;
    try {
      await kms.removalRecorded(operationId);
      this.#unanswered.delete(operationId);
      await this.send();
    } catch (error) {
      log.failure('removal.not-noted', error);
    }
  }
}
