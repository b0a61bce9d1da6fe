import type { Queries } from '@cloister/database';
import { isApplied, receiptHash } from '@cloister/receipts';
import type { RoomId, UserId } from '@cloister/wire';
import type { Intent } from '../domain/intent.ts';
import { checkReceiptLinks, insertReceiptLink } from '../store/receipt-links.ts';
import { findUndecided } from '../store/undecided.ts';
import type { Evidence } from './evidence.ts';

/** Whether identity says that a person has left the organisation. */
export type IsGone = (id: UserId) => boolean;

/**
 * Puts an applied receipt into its room's chain, after its intent was decided; answers how many breaks came to light.
 *
 * A break means that the key server did something to the resource that this core never heard of, or forgot something it
 * had done, as one restored from an old copy does. It refuses nothing: what the receipt says was done is done, and a core
 * that held its half back would only add a disagreement to another one (architecture §6: the outcome is the key server's).
 * It is for the operator to hear of, and the receipts are served to members, who can see the same.
 */
export const linkReceipt = async (
  tx: Queries,
  { roomId, kind }: Intent,
  evidence: Evidence,
  isGone: IsGone,
): Promise<number> => {
  const { receipt, jws } = evidence;
  if (isApplied(receipt)) {
    const { previous } = receipt;
    const link = { roomId, hash: await receiptHash(jws), previous, isFirst: kind === 'create' };
    if (!(await insertReceiptLink(tx, link))) return 0;
  }
  return checkReceiptLinks(tx, roomId, () => isAwaited(tx, roomId, isGone));
};

/** Whether another receipt of the room is still to come: of a change being decided, or of the removal of a leaver. */
const isAwaited = async (tx: Queries, roomId: RoomId, isGone: IsGone): Promise<boolean> => {
  const { pending, members } = await findUndecided(tx, roomId);
  return pending || members.some(isGone);
};
