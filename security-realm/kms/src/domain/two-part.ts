import { CloisterError, type KmsRequest, type OperationFrame } from '@cloister/wire';
import type { Asked } from './asked.ts';

/** What the core says of a change beside the sealed half. */
export type OuterPart = Pick<
  OperationFrame,
  'kind' | 'roomId' | 'userId' | 'deviceId' | 'resourceUri' | 'subjects' | 'keyUri'
>;

const mismatch = (what: string): CloisterError =>
  new CloisterError('kms/room-mismatch', { detail: `the sealed half names another ${what}` });

/**
 * Fate sharing (architecture §6): the sealed half must ask for exactly what the core is about to do, or neither is done.
 * Person and organisation were compared with the token before.
 * @throws CloisterError `kms/room-mismatch`
 */
export const checkTwoPart = (outer: OuterPart, request: KmsRequest): void => {
  // Published clients name no room inside; for them the room that the core named at the create holds ever after.
  if (request.roomId !== undefined && request.roomId !== outer.roomId) throw mismatch('room');
  checkDevice(outer, request);
  checkKind(outer, request);
};

/**
 * A sealed half that names its room is good for nothing else: a core that relays it as a bare message gets a refusal.
 * @throws CloisterError `kms/room-mismatch`
 */
export const checkBare = (request: KmsRequest): void => {
  if (request.roomId !== undefined) throw new CloisterError('kms/room-mismatch', { detail: 'it is half of a change' });
};

/** The published client's id is its device's address at the core; others choose their own. */
const checkDevice = ({ deviceId }: OuterPart, { client }: KmsRequest): void => {
  const named = /\/devices\/([0-9a-f-]{36})$/.exec(client.clientId)?.[1];
  if (deviceId !== null && named !== undefined && named !== deviceId) throw mismatch('device');
};

const checkKind = (outer: OuterPart, request: KmsRequest): void => {
  const { operation } = request;
  if (outer.kind === 'create' && operation === 'createResource') {
    // Another resource's readers would read along, and whoever is removed from the room might be among them: people only.
    sameSet([...request.authIds, outer.userId], [...outer.subjects, outer.userId], 'person');
    if (outer.keyUri !== undefined && !request.keyUris.includes(outer.keyUri)) throw mismatch('key');
  } else if (outer.kind === 'add' && operation === 'createAuthorizations') {
    sameResource(outer, request.resourceUri);
    sameSet(request.authIds, outer.subjects, 'person');
  } else if (outer.kind === 'remove' && operation === 'deleteAuthorization' && request.target.by === 'subject') {
    sameResource(outer, request.target.resourceUri);
    sameSet([request.target.authId], outer.subjects, 'person');
  } else if (outer.kind === 'appoint' && operation === 'appointModerators') {
    requireRoom(request);
    sameResource(outer, request.resourceUri);
    sameSet(request.userIds, outer.subjects, 'person');
  } else if (outer.kind === 'dismiss' && operation === 'dismissModerator') {
    requireRoom(request);
    sameResource(outer, request.resourceUri);
    sameSet([request.userId], outer.subjects, 'person');
  } else if ((outer.kind === 'updateKey' || outer.kind === 'addKey') && operation === 'bindKey') {
    sameResource(outer, request.resourceUri);
    sameSet([request.keyUri], outer.keyUri === undefined ? [] : [outer.keyUri], 'key');
  } else {
    throw mismatch('kind of change');
  }
};

/** Only our clients change moderators, and they name the room inside (wires.md §9). */
const requireRoom = ({ roomId }: KmsRequest): void => {
  if (roomId === undefined) throw mismatch('room');
};

const sameResource = ({ resourceUri }: OuterPart, inner: string): void => {
  if (resourceUri !== undefined && resourceUri !== inner) throw mismatch('resource');
};

const sameSet = (inner: readonly string[], outer: readonly string[], what: string): void => {
  const a = new Set(inner);
  const b = new Set(outer);
  if (a.size !== b.size || [...a].some((value) => !b.has(value))) throw mismatch(what);
};

/**
 * Whether this request may change the list of a resource (architecture §5): "A resource tied to a room accepts
 * authorization changes only as the sealed half of a two-part change, never as a bare KMS message; an untied one does".
 * @throws CloisterError `kms/room-mismatch`
 */
export const checkRoomOf = (resource: { readonly roomId: string | null }, { part }: Pick<Asked, 'part'>): void => {
  if (part.kind === 'message') {
    if (resource.roomId === null) return;
    throw new CloisterError('kms/room-mismatch', { detail: "a room's people change only together with the room" });
  }
  if (resource.roomId !== part.roomId) throw mismatch('room');
};
