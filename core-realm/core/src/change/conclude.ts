import type { Queries } from '@cloister/database';
import type { Log } from '@cloister/logging';
import { isApplied } from '@cloister/receipts';
import { CloisterError } from '@cloister/wire';
import type { Intent } from '../domain/intent.ts';
import type { Committed, RoomWriter } from '../rooms/room-writer.ts';
import { isOvertaken } from '../store/access-order.ts';
import { decideIntent, findIntent } from '../store/intents.ts';
import { markKeysStale } from '../store/room-writes.ts';
import { commitChange } from './commit-change.ts';
import { commitCreate } from './commit-create.ts';
import type { Decided, Evidence } from './evidence.ts';
import { type IsGone, linkReceipt } from './link-receipt.ts';
import { undoSuspension } from './undo-suspension.ts';

export interface ConcludeOptions {
  readonly rooms: RoomWriter;
  readonly now: () => number;
  readonly log: Log;
  readonly isGone: IsGone;
}

/** Applies or refuses the core's half, exactly once, in the transaction that decides the intent. */
export const conclude = async (
  intent: Intent,
  evidence: Evidence,
  { rooms, now, log, isGone }: ConcludeOptions,
): Promise<Decided> => {
  const { roomId, kmsHost } = intent;
  let breaks = 0;
  const decided = await rooms.change<Decided>(roomId, async (tx) => {
    const stored = await findIntent(tx, intent.operationId, true);
    if (stored === undefined) throw new CloisterError('core/internal');
    // Somebody else brought the result home first.
    if (stored.outcome.state !== 'pending') return stored.outcome;
    const at = new Date(now());
    const committed = await settle(tx, stored, evidence, at);
    breaks = await linkReceipt(tx, stored, evidence, isGone);
    return committed;
  });
  if (breaks > 0) log.event('receipt.chain-broken', { roomId, kmsHost, count: breaks }, 'error');
  return decided;
};

/** Decides a pending intent by its evidence and makes the core's half, if it was applied. */
export const settle = (tx: Queries, intent: Intent, evidence: Evidence, now: Date): Promise<Committed<Decided>> =>
  evidence.bound && isApplied(evidence.receipt)
    ? applyInOrder(tx, intent, evidence, now)
    : refuse(tx, intent, evidence, now);

/** Whose newer word about the same person came home first undoes this one, as it did at the key server. */
const applyInOrder = async (
  tx: Queries,
  intent: Intent,
  evidence: Evidence,
  now: Date,
): Promise<Committed<Decided>> => {
  const { roomId, subjects } = intent;
  const version = evidence.receipt.authorizationVersion ?? 0;
  return (await isOvertaken(tx, roomId, subjects, version))
    ? refuse(tx, intent, evidence, now)
    : apply(tx, intent, evidence, now);
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
    authorizationVersion: evidence.receipt.authorizationVersion,
    code: null,
  });
  const entry = committed.entries.find(({ id }) => id === activityId);
  return { ...committed, value: { state: 'applied', reply: evidence.reply, activityId, entry } };
};

const refuse = async (
  tx: Queries,
  intent: Intent,
  { receipt, jws, reply, bound }: Evidence,
  now: Date,
): Promise<Committed<Decided>> => {
  const { operationId, kind, roomId } = intent;
  const decision = isApplied(receipt)
    ? // The key server's reply speaks of success: it is not the asker's answer.
      { status: 409, reply: null, code: bound ? 'core/conflict' : 'wire/invalid-receipt' }
    : { status: receipt.status, reply, code: receipt.code ?? null };
  const undecided = { receipt: jws, activityId: null, authorizationVersion: null };
  await decideIntent(tx, operationId, { state: 'refused', ...decision, ...undecided });
  // Somebody who came back since went all the same, and the keys of before with them (R313).
  if (kind === 'remove' && bound && isApplied(receipt)) {
    await markKeysStale(tx, roomId, receipt.authorizationVersion ?? 0);
  }
  const undone = kind === 'remove' ? await undoSuspension(tx, intent, now) : { version: 0 };
  return { value: { state: 'refused', ...decision }, roomId, entries: [], ...undone };
};
