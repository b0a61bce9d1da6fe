import type { CloisterError } from '../errors/cloister-error.ts';
import { type ErrorCode, errorTable } from '../errors/error-table.ts';

/** The body of an error at the published endpoints (wires.md §3). */
export interface ErrorBody {
  readonly errorCode?: number | undefined;
  readonly message: string;
  readonly trackingId: string;
  readonly code: ErrorCode;
  readonly errors?: readonly { readonly description: string }[];
}

/** The body of an error. The message is the code's sentence. */
export const toErrorBody = (error: CloisterError, trackingId: string): ErrorBody => ({
  ...(error.errorCode === undefined ? {} : { errorCode: error.errorCode }),
  message: error.detail ?? error.message,
  trackingId,
  code: error.code,
});

/**
 * The body of a refusal by the KMS: published clients open both copies of the sealed error, and need `errors` to be an
 * array (kms.md §1.7).
 */
export const toSealedErrorBody = (sealed: string, trackingId: string): ErrorBody => ({
  errorCode: errorTable['core/kms-refused'].errorCode,
  message: sealed,
  errors: [{ description: sealed }],
  trackingId,
  code: 'core/kms-refused',
});

/** Whether text from a peer is one of our codes. */
export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(errorTable, value);
