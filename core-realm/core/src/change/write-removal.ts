import type { Queries } from '@cloister/database';
import { CloisterError, type CompactJwe } from '@cloister/wire';
import type { Removal } from '../domain/decide-removal.ts';
import type { Intent } from '../domain/intent.ts';
import { departureEntry } from '../domain/new-entry.ts';
import type { Committed } from '../rooms/room-writer.ts';
import { findIntent, insertIntent } from '../store/intents.ts';
import { lockRoom } from '../store/room-writes.ts';
import { isBeingDecided } from '../store/undecided.ts';
import { settle } from './conclude.ts';
import type { Evidence } from './evidence.ts';
import { type IsGone, linkReceipt } from './link-receipt.ts';

/** Whether the removal is written, now or before; and breaks of the chain that came to light. */
export interface WrittenRemoval {
  readonly recorded: boolean;
  readonly breaks: number;
}

const notYet: WrittenRemoval = { recorded: false, breaks: 0 };

/**
 * Writes the removal of a leaver like a change that was asked for and applied: once, whoever repeats it. Nothing while the
 * room is unknown, or while another change of the person is being decided there, so that the key server's order is kept.
 * @throws CloisterError `wire/invalid-receipt` when the room is not of this resource
 */
export const writeRemoval = async (
  tx: Queries,
  removal: Removal,
  jws: string,
  { now, isGone }: { readonly now: Date; readonly isGone: IsGone },
): Promise<WrittenRemoval | Committed<WrittenRemoval>> => {
  const { roomId, resourceUri, operationId, subject } = removal.frame;
  const room = await lockRoom(tx, roomId);
  if (room === null) return notYet;
  // The receipt is of the realm that hosts the room, or it says nothing of this room.
  if (room.kmsHost !== removal.receipt.iss || room.resourceUri !== resourceUri)
    throw new CloisterError('wire/invalid-receipt', { detail: 'it decides another room' });
  const known = await findIntent(tx, operationId);
  if (known !== undefined) return { recorded: known.outcome.state !== 'pending', breaks: 0 };
  if (await isBeingDecided(tx, roomId, subject.id)) return notYet;
  const intent = intentOf(removal, now);
  if (!(await insertIntent(tx, intent))) return notYet;
  const evidence: Evidence = { receipt: removal.receipt, bound: true, jws, reply: null };
  const settled = await settle(tx, intent, evidence, now);
  return { ...settled, value: { recorded: true, breaks: await linkReceipt(tx, intent, evidence, isGone) } };
};

const intentOf = ({ frame, receipt }: Removal, since: Date): Intent => {
  const { roomId, operationId, resourceUri, subject } = frame;
  return {
    operationId,
    kind: 'remove',
    roomId,
    kmsHost: receipt.iss,
    userId: receipt.actor.id,
    organisationId: receipt.actor.organisationId,
    deviceId: null,
    subjects: [subject.id],
    resourceUri,
    keyUri: null,
    // Nobody sealed anything: the key server did it by itself.
    sealed: '' as CompactJwe,
    outer: { kind: 'change', entry: departureEntry(roomId, receipt.actor.id, subject) },
    pair: null,
    since,
  };
};
