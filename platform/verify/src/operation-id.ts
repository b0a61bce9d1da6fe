import { createHash } from 'node:crypto';
import type { OperationId, UserId } from '@cloister/wire';

/**
 * The id of a two-part change: `SHA-256(u32be(len(userId)) || userId || u32be(len(sealed)) || sealed)`, lower-case hex
 * (docs/wires.md §4). The room is left out, so that a byte-identical retry of a create finds the room it made before; the
 * lengths keep two pairs from sharing one string.
 */
export function operationId(userId: UserId, sealed: string): OperationId {
  const hash = createHash('sha256');
  for (const part of [userId, sealed]) {
    const bytes = Buffer.from(part);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  }
  return hash.digest('hex') as OperationId;
}
