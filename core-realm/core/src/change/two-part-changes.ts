import type { Database } from '@cloister/database';
import type { Log } from '@cloister/logging';
import { CloisterError, type OperationId } from '@cloister/wire';
import type { KmsHostOf } from '../domain/decide-change.ts';
import type { Intent } from '../domain/intent.ts';
import type { RealmLink } from '../realm-link/realm-link.ts';
import type { RoomWriter } from '../rooms/room-writer.ts';
import { findIntent, pendingIntents, type StoredIntent } from '../store/intents.ts';
import { conclude } from './conclude.ts';
import type { Decided } from './evidence.ts';
import type { IsGone } from './link-receipt.ts';
import type { ReceiptCheck } from './receipt-check.ts';

export interface TwoPartOptions {
  readonly db: Database;
  readonly rooms: RoomWriter;
  readonly link: RealmLink;
  readonly checkReceipt: ReceiptCheck;
  readonly now: () => number;
  readonly log: Log;
  readonly isGone: IsGone;
  readonly kmsHostOf: KmsHostOf;
  /** Says stop when an asker has waited long enough for the key server; asked for at the start of each wait. */
  readonly patience: () => AbortSignal;
}

/**
 * Carries intents to their end (architecture §6, threats.md "Two-part authorization"): forwards the sealed half, believes
 * only a receipt that matches, commits or refuses. Whatever is still pending is asked for until the key server has said.
 */
export class TwoPartChanges {
  readonly #options: TwoPartOptions;
  readonly #running = new Map<OperationId, Promise<Decided | undefined>>();
  readonly #owned = new Map<OperationId, number>();
  readonly #stopping = new AbortController();

  constructor(options: TwoPartOptions) {
    this.#options = options;
  }

  /**
   * Forwards the sealed half of an intent that is written down and waits for the end.
   * @throws CloisterError `core/kms-unavailable` when the key server does not answer in time: the intent stays pending
   */
  async carry(intent: Intent): Promise<Decided> {
    const decided = await this.#once(intent, 'operation');
    if (decided !== undefined) return decided;
    throw new CloisterError('core/kms-unavailable', {
      detail: 'The key server has not answered yet. The change is written down and will be applied or refused.',
    });
  }

  /** Runs what writes an intent and carries it. Until that is over recovery leaves it alone: asking first would close it. */
  async own<T>(operationId: OperationId, work: () => Promise<T>): Promise<T> {
    this.#owned.set(operationId, (this.#owned.get(operationId) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const left = (this.#owned.get(operationId) ?? 1) - 1;
      if (left === 0) this.#owned.delete(operationId);
      else this.#owned.set(operationId, left);
    }
  }

  /** Asks a realm what became of everything still pending there (after a restart, when it connects, after a silence). */
  async recover(kmsHost: string): Promise<void> {
    const pending = await pendingIntents(this.#options.db, kmsHost);
    await Promise.all(
      pending
        .filter(({ operationId }) => !this.#owned.has(operationId))
        .map((intent) => this.#once(intent, 'operation-status').catch((error) => this.#report(intent, error))),
    );
  }

  /** Stops asking; what is pending stays so until the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled(this.#running.values());
  }

  /** An operation that is being asked about is not asked about twice. */
  #once(intent: Intent, type: 'operation' | 'operation-status'): Promise<Decided | undefined> {
    const known = this.#running.get(intent.operationId);
    if (known !== undefined) return known;
    const running = this.#follow(intent, type).finally(() => this.#running.delete(intent.operationId));
    this.#running.set(intent.operationId, running);
    return running;
  }

  async #follow(intent: Intent, type: 'operation' | 'operation-status'): Promise<Decided | undefined> {
    const { link, patience, kmsHostOf } = this.#options;
    const stop = AbortSignal.any([this.#stopping.signal, patience()]);
    // Only the asker's own key server can open the sealed half; what became of it is known at home (docs/wires.md §13).
    const asked = type === 'operation' ? kmsHostOf(intent.organisationId) : intent.kmsHost;
    if (asked === undefined) return undefined;
    const result = await link.ask(asked, question(intent, type), stop);
    if (result === undefined) return undefined;
    const { roomId, kmsHost } = intent;
    const { receipt, bound } = await this.#options.checkReceipt(intent, result).catch((error: unknown) => {
      this.#options.log.failure('receipt.refused', error, { roomId, kmsHost: asked });
      throw error;
    });
    if (!bound) this.#options.log.event('receipt.mismatch', { roomId, kmsHost }, 'error');
    return conclude(intent, { receipt, bound, jws: result.receipt, reply: result.reply }, this.#options);
  }

  #report({ roomId, kmsHost }: StoredIntent, error: unknown): void {
    this.#options.log.failure('intent.not-recovered', error, { roomId, kmsHost });
  }

  find(operationId: OperationId): Promise<StoredIntent | undefined> {
    return findIntent(this.#options.db, operationId);
  }
}

const question = (intent: Intent, type: 'operation' | 'operation-status') => {
  const { operationId, roomId, userId, organisationId } = intent;
  const asked = { operationId, kind: intent.kind, roomId, userId, organisationId };
  if (type === 'operation-status') return { type, ...asked };
  return {
    type,
    ...asked,
    deviceId: intent.deviceId,
    subjects: [...intent.subjects],
    sealed: intent.sealed,
    ...(intent.resourceUri === null ? {} : { resourceUri: intent.resourceUri }),
    ...(intent.keyUri === null ? {} : { keyUri: intent.keyUri }),
  };
};
