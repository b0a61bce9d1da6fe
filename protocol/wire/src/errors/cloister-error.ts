import { type ErrorCode, errorEntry } from './error-table.ts';

/** What may accompany a code: `detail` is an English sentence for a reader and must never hold a secret, a name or input as received. */
export interface CloisterErrorOptions {
  readonly detail?: string | undefined;
  readonly cause?: unknown;
}

/** The only error the packages throw on purpose: a stable code from {@link errorTable} and, perhaps, a sentence. */
export class CloisterError extends Error {
  override readonly name = 'CloisterError';
  readonly code: ErrorCode;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, options: CloisterErrorOptions = {}) {
    const { title } = errorEntry(code);
    super(
      options.detail === undefined ? title : `${title}: ${options.detail}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.detail = options.detail;
  }

  /** HTTP status, or the status of the sealed reply for `kms/…`. */
  get status(): number {
    return errorEntry(this.code).status;
  }

  /** The published numeric code, where there is one. */
  get errorCode(): number | undefined {
    return errorEntry(this.code).errorCode;
  }
}
