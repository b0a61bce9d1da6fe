import { isApplied, type ReceiptIssuer, receiptHash, verifyReceipt } from '@cloister/receipts';
import type { OperationResultFrame, RealmFrame, RemovalFrame } from '@cloister/wire';

/**
 * Watches everything that the realm says, whatever case is running: each thing is answered once, receipts are signed as
 * registered and follow each other (wires.md §4).
 */
export class Monitor {
  readonly #issuer: ReceiptIssuer;
  #violations: string[] = [];
  #checking: Promise<void> = Promise.resolve();
  /** Messages of each batch that is not done, and which of them were replied to. */
  readonly #batches = new Map<string, { readonly size: number; readonly replied: Set<number> }>();
  readonly #asked = new Set<string>();
  readonly #answered = new Set<string>();
  /** Hash of each resource's newest receipt, and receipts by operation. */
  readonly #heads = new Map<string, string>();
  readonly #receipts = new Map<string, string>();

  constructor(issuer: ReceiptIssuer) {
    this.#issuer = issuer;
  }

  violation(what: string): void {
    this.#violations.push(what);
  }

  /** What was seen since it was asked last. */
  async taken(): Promise<readonly string[]> {
    await this.#checking;
    return this.#violations.splice(0);
  }

  sentBatch(batch: string, size: number): void {
    this.#batches.set(batch, { size, replied: new Set() });
  }

  sentOperation(id: string): void {
    this.#asked.add(id);
  }

  /** A new link: what was asked on the one before is not answered on it. */
  newLink(): void {
    this.#batches.clear();
    this.#asked.clear();
  }

  /** A receipt that came another way: the next one of the resource follows it. */
  follows(resourceUri: string, hash: string): void {
    this.#heads.set(resourceUri, hash);
  }

  frame(frame: RealmFrame): void {
    if (frame.type === 'replies') this.#replies(frame.batch, frame.replies);
    else if (frame.type === 'done') this.#done(frame.batch);
    else if (frame.type === 'operation-result') this.#result(frame);
    else if (frame.type === 'removal') this.#receipt(frame.receipt, frame, 200);
  }

  #replies(batch: string, replies: readonly { readonly index: number }[]): void {
    const known = this.#batches.get(batch);
    if (known === undefined) {
      this.violation('replies to a batch that is done or was never sent');
      return;
    }
    for (const { index } of replies) {
      if (index >= known.size) this.violation('a reply to a message that was not in the batch');
      if (known.replied.has(index)) this.violation('a message that was answered twice');
      known.replied.add(index);
    }
  }

  #done(batch: string): void {
    if (!this.#batches.delete(batch)) this.violation('a batch that was done twice, or never sent');
  }

  #result(frame: OperationResultFrame): void {
    if (this.#answered.has(frame.id)) this.violation('an operation that was answered twice');
    else if (!this.#asked.delete(frame.id)) this.violation('an answer to an operation that nobody asked for');
    this.#answered.add(frame.id);
    this.#receipt(frame.receipt, frame, frame.status);
  }

  #receipt(
    jws: string,
    { operationId }: Pick<OperationResultFrame | RemovalFrame, 'operationId'>,
    status: number,
  ): void {
    this.#checking = this.#checking.then(async () => {
      const known = this.#receipts.get(operationId);
      if (known !== undefined && known !== jws) {
        this.violation('another receipt for an operation that has one');
        return;
      }
      this.#receipts.set(operationId, jws);
      if (known !== undefined) return;
      const claims = await verifyReceipt(jws, this.#issuer).catch(() => null);
      // What is decided at another home is signed there.
      if (claims === null) return;
      if (claims.operationId !== operationId) this.violation('a receipt for another operation');
      if (claims.status !== status) this.violation('a receipt of another status than its frame');
      if (!isApplied(claims) || claims.resourceUri === null) return;
      const head = this.#heads.get(claims.resourceUri) ?? null;
      if (claims.previous !== head) this.violation('a receipt that does not follow the resource’s receipt before');
      this.#heads.set(claims.resourceUri, await receiptHash(jws));
    });
  }
}
