import { isApplied, type ReceiptClaims } from '@cloister/receipts';
import { CloisterError, hostOf, type KeyUri } from '@cloister/wire';

type Party = { readonly id: string; readonly organisationId: string };

/** The request that the core forwarded and whose outcome it waits for. */
export type BoundRequest = {
  readonly kmsHost: string;
  readonly operationId: string;
  readonly operation: string;
  readonly roomId: string;
  readonly actor: Party;
  /** Everyone whose right changes, in any order. */
  readonly subjects: readonly Party[];
  /** Once the room has one. */
  readonly resourceUri?: string | undefined;
  /** For `updateKey` and `addKey`. */
  readonly keyUri?: KeyUri | undefined;
};

/**
 * Fate sharing: the core applies its half only on a receipt for the same operation, room, actor, subjects and resource
 * (architecture §5, §6). Verify the signature first.
 * @throws CloisterError `wire/invalid-receipt`, naming the first member that differs
 */
export function checkReceiptBinding(receipt: ReceiptClaims, request: BoundRequest): void {
  const differs = difference(receipt, request);
  if (differs !== null) throw new CloisterError('wire/invalid-receipt', { detail: `it decides another ${differs}` });
}

function difference(receipt: ReceiptClaims, request: BoundRequest): string | null {
  if (receipt.iss !== request.kmsHost) return 'key server';
  if (receipt.operationId !== request.operationId) return 'operation id';
  if (receipt.room !== request.roomId) return 'room';
  if (!isSame(receipt.actor, request.actor)) return 'actor';
  // A refusal decides that nothing happens; closing an operation it never saw, a KMS does not know what it was.
  if (!isApplied(receipt)) return null;
  if (receipt.operation !== request.operation) return 'operation';
  // A refusal changes nobody's right: it need not name those whom it did not look up, nor a resource it did not find.
  if (receipt.status >= 400) return null;
  // Home signs for its own resources alone: a room is not made at home somewhere else.
  if (receipt.resourceUri !== null && hostOf(receipt.resourceUri) !== receipt.iss) return 'resource';
  if (!areSame(receipt.subjects, request.subjects)) return 'subjects';
  if (request.resourceUri !== undefined && receipt.resourceUri !== request.resourceUri) return 'resource';
  if (request.keyUri !== undefined && !receipt.keyUris.includes(request.keyUri)) return 'key';
  return null;
}

function isSame(a: Party, b: Party): boolean {
  return a.id === b.id && a.organisationId === b.organisationId;
}

function areSame(a: readonly Party[], b: readonly Party[]): boolean {
  const names = (parties: readonly Party[]) =>
    [...new Set(parties.map(({ id, organisationId }) => `${id} ${organisationId}`))].sort().join();
  return a.length === b.length && names(a) === names(b);
}
