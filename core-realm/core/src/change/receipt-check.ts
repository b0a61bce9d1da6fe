import { isApplied, type ReceiptClaims } from '@cloister/receipts';
import { checkReceiptBinding } from '@cloister/verify';
import { CloisterError, hostOf, type OperationResultFrame, type UserId } from '@cloister/wire';
import type { OrganisationOf } from '../domain/activity-json.ts';
import type { Intent } from '../domain/intent.ts';
import type { RealmReceipt } from './realm-receipt.ts';

export interface CheckedReceipt {
  readonly receipt: ReceiptClaims;
  /** Whether it decides exactly the change that was asked for. */
  readonly bound: boolean;
}

export type ReceiptCheck = (intent: Intent, result: OperationResultFrame) => Promise<CheckedReceipt>;

/**
 * Fate sharing: believes a result only by its receipt, and the receipt only if the realm's own key signed it for this
 * operation. One that was signed but decides something else than was asked is final too: it is never committed.
 * @throws CloisterError `wire/invalid-receipt` when it proves nothing
 */
export const receiptCheck =
  (receiptOf: RealmReceipt, organisationOf: OrganisationOf): ReceiptCheck =>
  async (intent, result) => {
    const receipt = await receiptOf(intent.kmsHost, result.receipt);
    if (receipt.operationId !== intent.operationId) throw new CloisterError('wire/invalid-receipt');
    // Without the version nobody can tell which keys a departure makes stale.
    if (isApplied(receipt) && receipt.authorizationVersion === null) throw new CloisterError('wire/invalid-receipt');
    return { receipt, bound: isBound(receipt, intent, organisationOf) };
  };

/** Everybody with the organisation that identity says is theirs. */
const isBound = (receipt: ReceiptClaims, intent: Intent, organisationOf: OrganisationOf): boolean => {
  const party = (id: UserId) => {
    const organisationId = organisationOf(id);
    if (organisationId === undefined) throw new CloisterError('wire/invalid-receipt', { detail: 'it names nobody' });
    return { id, organisationId };
  };
  try {
    checkReceiptBinding(receipt, {
      kmsHost: intent.kmsHost,
      operationId: intent.operationId,
      operation: intent.kind,
      roomId: intent.roomId,
      actor: { id: intent.userId, organisationId: intent.organisationId },
      subjects: intent.subjects.map(party),
      ...(intent.resourceUri === null ? {} : { resourceUri: intent.resourceUri }),
      ...(intent.keyUri === null ? {} : { keyUri: intent.keyUri }),
    });
    return !isApplied(receipt) || (hasKeysNamed(receipt, intent) && hasOwnKeys(receipt, intent));
  } catch {
    return false;
  }
};

const hasKeysNamed = (receipt: ReceiptClaims, intent: Intent): boolean =>
  keysNamed(intent).every((uri) => receipt.keyUris.some((bound) => bound === uri));

/** Who makes a room makes its keys at the same key server: it cannot bind those of another. */
const hasOwnKeys = ({ keyUris }: ReceiptClaims, { kind, kmsHost }: Intent): boolean =>
  kind !== 'create' || keyUris.every((uri) => hostOf(uri) === kmsHost);

/** The keys that a new room's title and first messages are sealed under. */
const keysNamed = ({ outer }: Intent): string[] =>
  outer.kind === 'create'
    ? [outer.titleKey, ...outer.posts.map((post) => post.keyUri)].filter((uri) => uri !== null)
    : [];
