import type { KmsRequest, OperationKind, RoomId } from '@cloister/wire';
import type { Caller } from '../channel/authenticate.ts';

/** An authentic request: what is asked, by whom, and as part of which change in the core. */
export type Asked<R extends KmsRequest = KmsRequest> = {
  readonly request: R;
  readonly caller: Caller;
  /** A bare message, or the sealed half of a two-part change of that room. */
  readonly part: { readonly kind: 'message' } | { readonly kind: OperationKind; readonly roomId: RoomId };
  /** SHA-256 over the person and the sealed bytes. */
  readonly operationId: string;
};

/** A request of one operation. */
export type RequestOf<O extends KmsRequest['operation']> = Extract<KmsRequest, { operation: O }>;
