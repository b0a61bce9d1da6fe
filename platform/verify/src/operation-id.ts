import type { OperationId, UserId } from '@cloister/wire';
import { lengthPrefixedHash } from './length-prefixed-hash.ts';

/**
 * The id of a two-part change: `SHA-256(u32be(len(userId)) || userId || u32be(len(sealed)) || sealed)`, lower-case hex
 * (docs/wires.md §4). The room is left out, so that a byte-identical retry of a create finds the room it made before.
 */
export function operationId(userId: UserId, sealed: string): OperationId {
  return lengthPrefixedHash([userId, sealed]) as OperationId;
}
