import { CloisterError, type OperationFrame } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import { asKmsError } from '../domain/failure.ts';
import { findOperation, insertOperation, noResult, type OperationRow } from '../store/operation-row.ts';
import { signRefused } from './sign-outcome.ts';

/** The change that the core asks about. */
export type Asking = Pick<OperationFrame, 'operationId' | 'kind' | 'roomId' | 'userId' | 'organisationId'>;

/** What became of an operation: final, whatever it is. */
export type OperationResult = { readonly status: number; readonly reply: string | null; readonly receipt: string };

const owns = (known: OperationRow, asking: Asking): boolean =>
  known.roomId === asking.roomId &&
  known.personId === asking.userId &&
  (known.kind === asking.kind || known.kind === 'closed');

/** The stored outcome, for whom it belongs to; the bytes of anything else are refused for this change. */
export const recall = async (context: KmsContext, asking: Asking, known: OperationRow): Promise<OperationResult> => {
  if (owns(known, asking) && known.receipt !== null) {
    return { status: known.status, reply: null, receipt: known.receipt };
  }
  const mismatch = new CloisterError('kms/room-mismatch');
  return { status: mismatch.status, reply: null, receipt: await signRefused(context, asking, mismatch) };
};

/**
 * Refuses an operation for good: a late copy of its bytes then changes nothing. When another node decided in the meantime,
 * its decision stands.
 */
export const closeOperation = async (
  context: KmsContext,
  asking: Asking,
  error: CloisterError,
  reply: string | null,
): Promise<OperationResult> => {
  const { status } = asKmsError(error);
  const receipt = await signRefused(context, asking, error);
  const row: OperationRow = {
    operationId: asking.operationId,
    organisationId: asking.organisationId,
    personId: asking.userId,
    kind: 'closed',
    roomId: asking.roomId,
    resourceId: null,
    clientDigest: null,
    requestId: null,
    fingerprint: null,
    status,
    receipt,
    ...noResult,
  };
  if (await insertOperation(context.database, row, context.now())) return { status, reply, receipt };
  const known = await findOperation(context.database, asking.operationId);
  if (known === null) throw new CloisterError('kms/unavailable');
  return recall(context, asking, known);
};
