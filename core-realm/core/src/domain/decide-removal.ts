import { isApplied, type ReceiptClaims } from '@cloister/receipts';
import { leaverOperationId, leavingOf, type Person } from '@cloister/verify';
import { CloisterError, hostOf, type RemovalFrame, type UserId } from '@cloister/wire';

/** The removal of a leaver, bound to what its receipt says. */
export interface Removal {
  readonly frame: RemovalFrame;
  readonly receipt: ReceiptClaims;
  /** The entry of identity's feed that says the person left. */
  readonly entry: number;
}

/**
 * Whether a receipt says what the frame beside it says, and the realm may say it: of a resource that is at home there, whoever
 * was removed because they left. Whether they did is identity's to say (`hasLeft`).
 * @throws CloisterError `wire/invalid-receipt`, naming what differs
 */
export const boundRemoval = (frame: RemovalFrame, receipt: ReceiptClaims): Removal => {
  const { subject, roomId, resourceUri, operationId } = frame;
  const { leaver, subjects } = receipt;
  const [named] = subjects;
  if (receipt.operation !== 'remove' || !isApplied(receipt) || leaver === undefined) throw decides('change');
  if (receipt.operationId !== operationId) throw decides('operation id');
  if (receipt.room !== roomId) throw decides('room');
  if (receipt.resourceUri !== resourceUri) throw decides('resource');
  // Home alone keeps a list, of people of every organisation (docs/wires.md §13).
  if (hostOf(resourceUri) !== receipt.iss) throw decides('home');
  if (subjects.length !== 1 || named?.id !== subject.id || named.organisationId !== subject.organisationId)
    throw decides('subject');
  if (operationId !== leaverOperationId({ personId: subject.id, resourceUri, entry: leaver.entry }))
    throw decides('leaving');
  return { frame, receipt, entry: leaver.entry };
};

const decides = (what: string) => new CloisterError('wire/invalid-receipt', { detail: `it decides another ${what}` });

/**
 * Whether identity's own word bears the removal out: the person has left by that entry, or left again since, whatever
 * came afterwards. The administrator who is blamed is the one the entry names.
 */
export const hasLeft = ({ frame, receipt, entry }: Removal, person: (id: UserId) => Person | undefined): boolean => {
  const { id, organisationId } = frame.subject;
  const known = person(id);
  const leaving = leavingOf(known);
  if (known?.organisationId !== organisationId || leaving === undefined || leaving.entry < entry) return false;
  return leaving.entry > entry || receipt.actor.id === (leaving.by?.id ?? id);
};
