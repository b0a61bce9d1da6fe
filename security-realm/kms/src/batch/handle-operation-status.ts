import { CloisterError, type OperationStatusFrame } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import { closeOperation, type OperationResult, recall } from '../operations/close-operation.ts';
import { findOperation } from '../store/operation-row.ts';

/**
 * What became of an operation (architecture §6): "asking about one the KMS does not know closes it there as refused, for
 * good, so that a late copy changes nothing". Null is silence.
 */
export const handleOperationStatus = async (
  context: KmsContext,
  frame: Omit<OperationStatusFrame, 'type' | 'id'>,
): Promise<OperationResult | null> => {
  try {
    const known = await findOperation(context.database, frame.operationId);
    if (known !== null) return await recall(context, frame, known);
    return await closeOperation(context, frame, new CloisterError('kms/operation-closed'), null);
  } catch (error) {
    context.log.failure('operation.silent', error, { kind: frame.kind });
    return null;
  }
};
