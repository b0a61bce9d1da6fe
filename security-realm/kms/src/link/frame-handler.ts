import type { Log } from '@cloister/logging';
import type { CoreFrame, MessagesFrame, OperationResultFrame, RealmFrame } from '@cloister/wire';
import type { Kms } from '../open-kms.ts';
import type { OperationResult } from '../operations/close-operation.ts';
import { Lanes } from './lanes.ts';

export type FrameHandlerOptions = {
  readonly kms: Pick<Kms, 'handleBatch' | 'handleOperation' | 'handleOperationStatus'>;
  readonly send: (frame: RealmFrame) => void;
  readonly log: Log;
};

/**
 * Answers the core's frames. One person's batches stand in line, since some clients match replies by their order
 * (kms.md §1.1); everything else runs side by side.
 */
export class FrameHandler {
  readonly #options: FrameHandlerOptions;
  readonly #lanes = new Lanes();

  constructor(options: FrameHandlerOptions) {
    this.#options = options;
  }

  take(frame: CoreFrame): void {
    const { kms } = this.#options;
    if (frame.type === 'messages') this.#lanes.run(frame.userId, () => this.#guard(() => this.#answer(frame)));
    else if (frame.type === 'operation') this.#decide(frame, () => kms.handleOperation(frame));
    else this.#decide(frame, () => kms.handleOperationStatus(frame));
  }

  finish(): Promise<void> {
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
        const result = await work();
        if (result === null) return;
        const { status, reply, receipt } = result;
        const frame = { type: 'operation-result', id, operationId, status, reply, receipt } as OperationResultFrame;
        this.#options.send(frame);
      }),
    );
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.log.failure('frame.failed', error);
    }
  }
}
