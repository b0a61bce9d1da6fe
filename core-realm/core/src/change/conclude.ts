import type { Queries } from '@cloister/database';
import type { Log } from '@cloister/logging';
import { isApplied, type ReceiptClaims } from '@cloister/receipts';
import { CloisterError } from '@cloister/wire';
import type { Intent } from '../domain/intent.ts';
import type { Committed, RoomWriter } from '../rooms/room-writer.ts';
import { decideIntent, findIntent } from '../store/intents.ts';
import { commitChange } from './commit-change.ts';
import { commitCreate } from './commit-create.ts';
import { linkReceipt } from './link-receipt.ts';
import type { Decided } from './two-part-changes.ts';
import { undoSuspension } from './undo-suspension.ts';

/** A receipt that was verified and is bound to the intent, with what came beside it. */
export interface Evidence {
  readonly receipt: ReceiptClaims;
  /** Whether it decides exactly what was asked; if not, the core refuses its half whatever the key server did. */
  readonly bound: boolean;
  readonly jws: string;
  readonly reply: string | null;
}

/** Applies or refuses the core's half, exactly once, in the transaction that decides the intent. */
export const conclude = async (
  intent: Intent,
  evidence: Evidence,
  { rooms, now, log }: { readonly rooms: RoomWriter; readonly now: () => number; readonly log: Log },
): Promise<Decided> => {
  const { roomId, kmsHost } = intent;
  let breaks = 0;
  const decided = await rooms.change<Decided>(roomId, async (tx) => {
    const stored = await findIntent(tx, intent.operationId, true);
    if (stored === undefined) throw new CloisterError('core/internal');
    // Somebody else brought the result home first.
    if (stored.outcome.state !== 'pending') return stored.outcome;
    const at = new Date(now());
    const committed =
      evidence.bound && isApplied(evidence.receipt)
        ? await apply(tx, stored, evidence, at)
        : await refuse(tx, stored, evidence, at);
    breaks = await linkReceipt(tx, stored, evidence);
    return committed;
  });
  if (breaks > 0) log.event('receipt.chain-broken', { roomId, kmsHost, count: breaks }, 'error');
  return decided;
};

const apply = async (tx: Queries, intent: Intent, evidence: Evidence, now: Date): Promise<Committed<Decided>> => {
  const committed = await (intent.outer.kind === 'create'
    ? commitCreate(tx, intent, intent.outer, evidence, now)
    : commitChange(tx, intent, intent.outer.entry, evidence, now));
  const activityId = committed.value;
  await decideIntent(tx, intent.operationId, {
    state: 'applied',
    status: evidence.receipt.status,
    reply: evidence.reply,
    receipt: evidence.jws,
    activityId,
  });
  return { ...committed, value: { state: 'applied', reply: evidence.reply, activityId } };
};

const refuse = async (
  tx: Queries,
  intent: Intent,
  { receipt, jws, reply }: Evidence,
  now: Date,
): Promise<Committed<Decided>> => {
  const status = isApplied(receipt) ? 409 : receipt.status;
  await decideIntent(tx, intent.operationId, { state: 'refused', status, reply, receipt: jws, activityId: null });
  const undone = intent.kind === 'remove' ? await undoSuspension(tx, intent, now) : { version: 0 };
  return { value: { state: 'refused', reply, status }, roomId: intent.roomId, entries: [], ...undone };
};
