import type { OperationId, UserId } from '@cloister/wire';
import { sha256Hex } from './sha256-hex.ts';

const utf8 = new TextEncoder();

/**
 * The id of a two-part change: `SHA-256(u32be(len(userId)) || userId || u32be(len(sealed)) || sealed)`, lower-case hex
 * (wires.md §4). The room is left out, so that a byte-identical retry of a create finds the room it made before; the
 * lengths keep two pairs from sharing one string.
 */
export const operationId = async (userId: UserId, sealed: string): Promise<OperationId> => {
  const parts = [utf8.encode(userId), utf8.encode(sealed)];
  const bytes = new Uint8Array(parts.reduce((total, part) => total + 4 + part.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length);
    bytes.set(part, at + 4);
    at += 4 + part.length;
  }
  return (await sha256Hex(bytes)) as OperationId;
};
