import { SecretKey } from '@cloister/seal';
import {
  CloisterError,
  isUuid,
  type KeyRepresentation,
  type KeyUri,
  parseInstanceUri,
  type ResourceUri,
  type RoomId,
} from '@cloister/wire';
import { isRecord, textOf } from '../json.ts';
import type { RoomState } from '../rooms/room-state.ts';
import type { Json } from '../store/store.ts';

/** A content key with what its key server said of it. Without `resourceUri` it is bound to no room yet. */
export interface ContentKey {
  readonly uri: KeyUri;
  readonly key: SecretKey;
  readonly resourceUri?: ResourceUri;
  /** The room whose resource that is, where the key server says so. */
  readonly roomId?: RoomId;
}

/**
 * The key in a key server's answer to a question about `asked`. An answer about another key is no answer (threats row 2).
 * The resource may be at another server: whose room it is decides that, and who made the key the key's (wires §13).
 */
export const contentKeyOf = (asked: KeyUri, answer: KeyRepresentation | undefined): ContentKey => {
  if (answer?.uri !== asked) throw new CloisterError('client/unreadable', { detail: 'not the key that was asked for' });
  const { jwk, resourceUri, cloister } = answer;
  return { uri: asked, key: SecretKey.fromJwk(jwk, asked), ...bound(resourceUri, textOf(cloister, 'roomId')) };
};

/** Whether a key is one of this room: of its resource, and of no other room as far as the key server says (threats row 17). */
export const isKeyOf = ({ resourceUri, roomId }: ContentKey, room: Pick<RoomState, 'id' | 'resourceUri'>): boolean =>
  resourceUri !== undefined && resourceUri === room.resourceUri && (roomId === undefined || roomId === room.id);

const bound = (resourceUri: ResourceUri | undefined, roomId: string | undefined) => ({
  ...(resourceUri === undefined ? {} : { resourceUri }),
  ...(isUuid(roomId) ? { roomId: roomId as RoomId } : {}),
});

/** As the store keeps it. */
export const writeKeyRecord = ({ key, resourceUri, roomId }: ContentKey): Json => ({
  k: key.revealJwk().k,
  ...bound(resourceUri, roomId),
});

/** `undefined` for what no longer reads: it is asked for again. */
export const readKeyRecord = (uri: KeyUri, value: unknown): ContentKey | undefined => {
  const k = textOf(value, 'k');
  if (!isRecord(value) || k === undefined) return undefined;
  try {
    const key = SecretKey.fromJwk({ kty: 'oct', k }, uri);
    const resourceUri = value.resourceUri === undefined ? undefined : parseInstanceUri(value.resourceUri, 'resources');
    return { uri, key, ...bound(resourceUri, textOf(value, 'roomId')) };
  } catch {
    return undefined;
  }
};
