import type { Log } from '@cloister/logging';
import type {
  MessagesFrame,
  OperationFrame,
  OperationResultFrame,
  OperationStatusFrame,
  RealmFrame,
} from '@cloister/wire';
import type { Kms } from '../open-kms.ts';
import type { OperationResult } from '../operations/close-operation.ts';
import { Lanes } from './lanes.ts';

export type FrameHandlerOptions = {
  readonly kms: Pick<Kms, 'handleBatch' | 'handleOperation' | 'handleOperationStatus'>;
  readonly send: (frame: RealmFrame) => void;
  readonly log: Log;
  /** Milliseconds; cut short by the signal. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** The core waits 20 s for an operation (wires.md §4): what passes sooner, such as a restarted database, costs no more. */
const waits = [50, 200, 400, 800, 1_600, 3_000, 3_000, 3_000, 3_000];

/**
 * Answers the core's frames. One person's batches stand in line, since some clients match replies by their order
 * (kms.md §1.1); everything else runs side by side.
 */
export class FrameHandler {
  readonly #options: FrameHandlerOptions;
  readonly #lanes = new Lanes();
  readonly #stopping = new AbortController();

  constructor(options: FrameHandlerOptions) {
    this.#options = options;
  }

  take(frame: MessagesFrame | OperationFrame | OperationStatusFrame): void {
    const { kms } = this.#options;
    if (frame.type === 'messages') this.#lanes.run(frame.userId, () => this.#guard(() => this.#answer(frame)));
    else if (frame.type === 'operation') this.#decide(frame, () => kms.handleOperation(frame));
    else this.#decide(frame, () => kms.handleOperationStatus(frame));
  }

  /** Resolves when what was taken is done; what is waited for is left for the core to ask again. */
  finish(): Promise<void> {
    this.#stopping.abort();
    return this.#lanes.idle();
  }

  async #answer({ batch, ...asked }: MessagesFrame): Promise<void> {
    const { kms, send } = this.#options;
    try {
      const replies = await kms.handleBatch(asked);
      if (replies.length > 0) send({ type: 'replies', batch, replies: [...replies] });
    } finally {
      send({ type: 'done', batch });
    }
  }

  #decide(
    { id, operationId }: Pick<OperationResultFrame, 'id' | 'operationId'>,
    work: () => Promise<OperationResult | null>,
  ): void {
    this.#lanes.run(operationId, () =>
      this.#guard(async () => {
        const result = await this.#untilDecided(work);
        if (result === null) return;
        const { status, reply, receipt } = result;
        const frame = { type: 'operation-result', id, operationId, status, reply, receipt } as OperationResultFrame;
        this.#options.send(frame);
      }),
    );
  }

  /** Null is silence for a fault that may pass; deciding again is safe, since an operation is applied once. */
  async #untilDecided(work: () => Promise<OperationResult | null>): Promise<OperationResult | null> {
    for (const wait of waits) {
      const result = await work();
      if (result !== null || this.#stopping.signal.aborted) return result;
      await this.#options.pause(wait, this.#stopping.signal);
    }
    return work();
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.log.failure('frame.failed', error);
    }
  }
}
