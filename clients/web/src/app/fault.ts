import { KeyUnusable } from '@cloister/sdk';
import { CloisterError, type ErrorCode } from '@cloister/wire';

/** A failed act, by its stable code; `detail` is English and for the curious. */
export interface Fault {
  readonly code: ErrorCode | 'unexpected';
  readonly detail?: string;
  /** Of `kms/key-unusable`: why Amazon refuses the key, and which permissions are missing. */
  readonly reason?: string;
  readonly missing?: readonly string[];
}

/** What an act rejected with; anything but a CloisterError is our own mistake. */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof CloisterError)) return { code: 'unexpected' };
  if (error instanceof KeyUnusable) {
    const { code, reason, missing } = error;
    return { code, missing, ...(reason === undefined ? {} : { reason }) };
  }
  return error.detail === undefined ? { code: error.code } : { code: error.code, detail: error.detail };
}
