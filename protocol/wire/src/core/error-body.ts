import * as z from 'zod/mini';
import type { CloisterError } from '../errors/cloister-error.ts';
import { type ErrorCode, errorTable } from '../errors/error-table.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';

const errorBody = z.looseObject({
  errorCode: z.optional(z.number()),
  message: z.optional(z.string()),
  trackingId: z.optional(z.string()),
  code: z.optional(z.string()),
  errors: z.optional(z.array(z.looseObject({ description: z.optional(z.string()) }))),
});

/** The body of an error at the published endpoints (wires.md §3). */
export type ErrorBody = z.infer<typeof errorBody>;

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

/** @throws CloisterError with a `wire/…` code */
export const parseErrorBody = (input: Untrusted): ErrorBody => parseWith(errorBody, input, 4 * 1024 * 1024);

/** Whether text from a peer is one of our codes. */
export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(errorTable, value);
