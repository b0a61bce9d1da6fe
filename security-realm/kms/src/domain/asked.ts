import type { KmsRequest, OperationId, OperationKind, RoomId } from '@cloister/wire';
import type { Caller } from '../channel/authenticate.ts';

/** An authentic request: what is asked, by whom, and as part of which change in the core. */
export type Asked<R extends KmsRequest = KmsRequest> = {
  readonly request: R;
  readonly caller: Caller;
  /** A bare message, or the sealed half of a two-part change of that room. */
  readonly part: { readonly kind: 'message' } | { readonly kind: OperationKind; readonly roomId: RoomId };
  /** SHA-256 over the person and the sealed bytes (wires.md §4): only changes need it. */
  readonly operationId: () => OperationId;
};

/** A request of one operation. */
export type RequestOf<O extends KmsRequest['operation']> = Extract<KmsRequest, { operation: O }>;

/** Whether a request is of this operation. */
export const asks = <O extends KmsRequest['operation']>(asked: Asked, operation: O): asked is Asked<RequestOf<O>> =>
  asked.request.operation === operation;
