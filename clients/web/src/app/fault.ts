import { CloisterError, type ErrorCode } from '@cloister/wire';

/** A failed act, by its stable code; `detail` is English and for the curious. */
export interface Fault {
  readonly code: ErrorCode | 'unexpected';
  readonly detail?: string;
}

/** What an act rejected with; anything but a CloisterError is our own mistake. */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof CloisterError)) return { code: 'unexpected' };
  return error.detail === undefined ? { code: error.code } : { code: error.code, detail: error.detail };
}
