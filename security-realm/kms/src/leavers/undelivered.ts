import { parseReceipt } from '@cloister/receipts';
import { CloisterError, type OperationId, type RemovalFrame } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import { claimUndelivered, type Undelivered } from '../store/leaver-removal-row.ts';

/** A removal for the core to write: the frame but for its id. */
export type UntoldRemoval = Omit<RemovalFrame, 'type' | 'id'>;

/** How long no node sends a removal again: a little less than the 5 s of wires.md §9, so that each round finds it due. */
export const DUE_MS = 4_500;

/** Removals to send now, at most `limit`; `all` also those that were just sent, over a connection that is gone. */
export const takeUndelivered = async (
  { database, now }: Pick<KmsContext, 'database' | 'now'>,
  { limit, all }: { readonly limit: number; readonly all: boolean },
): Promise<UntoldRemoval[]> => {
  const at = now();
  const before = all ? at : new Date(at.getTime() - DUE_MS);
  return (await claimUndelivered(database, { now: at, before, limit })).map(removalOf);
};

/** What the core is told is what its receipt says. */
const removalOf = ({ operationId, receipt }: Undelivered): UntoldRemoval => {
  const { room: roomId, resourceUri, subjects } = parseReceipt(receipt).claims;
  const [subject] = subjects;
  if (resourceUri === null || subject === undefined) throw new CloisterError('kms/internal');
  return { operationId: operationId as OperationId, roomId, resourceUri, subject, receipt: receipt as never };
};
