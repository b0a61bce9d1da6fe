import type { ReceiptClaims } from '@cloister/receipts';
import type { IntentState } from '../domain/intent.ts';
import type { StoredActivity } from '../domain/stored-activity.ts';

/** A receipt that was verified and is bound to the intent, with what came beside it. */
export interface Evidence {
  readonly receipt: ReceiptClaims;
  /** Whether it decides exactly what was asked; if not, the core refuses its half whatever the key server did. */
  readonly bound: boolean;
  readonly jws: string;
  readonly reply: string | null;
}

/** What became of an intent. */
export type Decided = Exclude<IntentState, { state: 'pending' }> & {
  /** What was appended, if it was decided now. */
  readonly entry?: StoredActivity | undefined;
};
