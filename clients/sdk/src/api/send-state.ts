import type { UserId } from '@cloister/wire';

/** Why an entry of the outbox will not go out by itself any more. `code` is a CloisterError code. */
export interface SendFailure {
  readonly code: string;
  readonly detail?: string;
  /** Who the key server's list names but the room's roster does not explain (`client/roster-mismatch`). */
  readonly people?: readonly UserId[];
}

/**
 * Where an entry stands. `sending` covers waiting for the network; `failed` waits for `retry` or `discard`.
 * `progress` counts bytes of files still travelling; `waiting` is the code of what stopped the last attempt and may pass:
 * it is tried again by itself.
 */
export type SendState =
  | { readonly state: 'sending'; readonly progress?: Progress; readonly waiting?: string }
  | { readonly state: 'sent' }
  | { readonly state: 'failed'; readonly failure: SendFailure };

/** Bytes done of bytes to do. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}
