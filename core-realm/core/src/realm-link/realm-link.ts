import {
  type DeviceId,
  type KeysRevokedFrame,
  newId,
  type OperationFrame,
  type OperationResultFrame,
  type OperationStatusFrame,
  type OrganisationId,
  type RealmFrame,
  type RemovalFrame,
  type UserId,
} from '@cloister/wire';
import { Batches } from './batches.ts';
import type { RealmNode } from './realm-node.ts';
import { RealmNodes } from './realm-nodes.ts';

/** Sealed messages of one client for its own realm's key server. */
export interface SealedMessages {
  readonly userId: UserId;
  readonly organisationId: OrganisationId;
  readonly deviceId: DeviceId | undefined;
  readonly messages: readonly string[];
}

export type Question = Omit<OperationFrame, 'id'> | Omit<OperationStatusFrame, 'id'>;

export type DeliverReplies = (userId: UserId, deviceId: DeviceId | undefined, messages: readonly string[]) => void;

/** Writes a removal that a realm's key server made by itself; answers whether it is written. */
export type RecordRemoval = (kmsHost: string, removal: RemovalFrame) => Promise<boolean>;

/** Hears that a realm says an organisation's main key was switched off. */
export type HearRevocation = (kmsHost: string, frame: KeysRevokedFrame) => Promise<void>;

/** The core's end of the realm link (docs/wires.md §4): relays what it cannot read, and asks about operations. */
export class RealmLink {
  readonly nodes = new RealmNodes();
  readonly #batches = new Batches();
  readonly #deliver: DeliverReplies;
  readonly #recordRemoval: RecordRemoval;
  readonly #hearRevocation: HearRevocation;

  constructor(deliver: DeliverReplies, recordRemoval: RecordRemoval, hearRevocation: HearRevocation) {
    this.#deliver = deliver;
    this.#recordRemoval = recordRemoval;
    this.#hearRevocation = hearRevocation;
  }

  /** Hands messages to a node. Without one, or with one that does not keep up, they are dropped: the clients' ladder asks again. */
  relay(kmsHost: string, { userId, organisationId, deviceId, messages }: SealedMessages): boolean {
    const node = this.nodes.forUser(kmsHost, userId);
    if (node === undefined || node.congested) return false;
    const batch = newId();
    this.#batches.add(batch, { userId, deviceId, node });
    node.send({
      type: 'messages',
      batch,
      userId,
      organisationId,
      deviceId: deviceId ?? null,
      messages: messages as OperationFrame['sealed'][],
    });
    return true;
  }

  /**
   * Asks a realm until one of its nodes answers or the signal says stop. A node that goes away is replaced by another and
   * asked the same: operations are applied once whoever asks how often.
   */
  async ask(kmsHost: string, question: Question, stop: AbortSignal): Promise<OperationResultFrame | undefined> {
    for (;;) {
      const node = await this.nodes.waitFor(kmsHost, question.userId, stop);
      if (node === undefined || stop.aborted) return undefined;
      const result = await node.ask({ ...question, id: newId() }, stop);
      // A node that answers about something else is not asked again at once.
      if (result !== undefined) return result.operationId === question.operationId ? result : undefined;
    }
  }

  connected(node: RealmNode): void {
    this.nodes.add(node);
  }

  disconnected(node: RealmNode): void {
    this.nodes.remove(node);
    this.#batches.dropAllOf(node);
    node.closed();
  }

  receive(node: RealmNode, frame: RealmFrame): void {
    switch (frame.type) {
      case 'replies': {
        const batch = this.#batches.get(frame.batch, node);
        const messages = frame.replies.toSorted((a, b) => a.index - b.index).map((reply) => reply.message);
        if (batch !== undefined && messages.length > 0) this.#deliver(batch.userId, batch.deviceId, messages);
        return;
      }
      case 'done':
        this.#batches.done(frame.batch, node);
        return;
      case 'operation-result':
        node.answer(frame);
        return;
      case 'removal':
        void this.#record(node, frame);
        return;
      case 'keys-revoked':
        void this.#hearRevocation(node.kmsHost, frame);
        return;
      case 'hello':
        // A second greeting changes nothing.
        return;
    }
  }

  /** Silence means: not yet, or not at all (docs/wires.md §9); the realm asks again. */
  async #record(node: RealmNode, frame: RemovalFrame): Promise<void> {
    const { id, operationId } = frame;
    if (await this.#recordRemoval(node.kmsHost, frame)) node.send({ type: 'removal-recorded', id, operationId });
  }
}
