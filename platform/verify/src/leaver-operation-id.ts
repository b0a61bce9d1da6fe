import type { OperationId, ResourceUri, UserId } from '@cloister/wire';
import { lengthPrefixedHash } from './length-prefixed-hash.ts';

/**
 * The id of the removal of a leaver from one room, by the entry of the feed that made them one (docs/wires.md §9): a KMS
 * that starts again makes the same removal, and the core tells a repeat from another leaving.
 */
export function leaverOperationId(leaver: { personId: UserId; resourceUri: ResourceUri; entry: number }): OperationId {
  const { personId, resourceUri, entry } = leaver;
  return lengthPrefixedHash(['cloister/leaver/v1', personId, resourceUri, String(entry)]) as OperationId;
}
