import {
  type ActivityId,
  type ActivityRequest,
  type JsonObject,
  newId,
  type OrganisationId,
  type RoomId,
  type UserId,
} from '@cloister/wire';
import { personJson } from './activity-json.ts';
import type { NewActivity, Verb } from './stored-activity.ts';

type Content = Extract<ActivityRequest, { verb: 'post' | 'share' }>;

/** A message or shared files, with ciphertext as the client sent it. */
export const contentEntry = (roomId: RoomId, actorId: UserId, request: Content): NewActivity => ({
  ...entry(roomId, actorId, request.verb, request, request.object),
  keyUri: request.keyUri,
  parentId: request.parent?.id ?? null,
  parentType: request.parent?.type ?? null,
});

/** A new title. */
export const titleEntry = (
  roomId: RoomId,
  actorId: UserId,
  request: Extract<ActivityRequest, { verb: 'update' }>,
): NewActivity => ({
  ...entry(roomId, actorId, 'update', request, request.object),
  keyUri: request.keyUri,
});

/** Somebody came, went, was appointed or dismissed: readers see who, and by whom (R331). */
export const memberEntry = (
  roomId: RoomId,
  actorId: UserId,
  request: Extract<ActivityRequest, { subject: UserId }>,
  organisationId: OrganisationId | undefined,
): NewActivity => entry(roomId, actorId, request.verb, request, personJson(request.subject, organisationId));

/** Somebody left the organisation, and so the room: no member asked for it (R332). */
export const departureEntry = (
  roomId: RoomId,
  actorId: UserId,
  { id, organisationId }: { readonly id: UserId; readonly organisationId: string },
): NewActivity =>
  entry(roomId, actorId, 'leave', { extra: { reason: 'left-organisation' } }, personJson(id, organisationId));

/** A key changed. */
export const keyEntry = (
  roomId: RoomId,
  actorId: UserId,
  request: Extract<ActivityRequest, { verb: 'updateKey' | 'addKey' }>,
): NewActivity => entry(roomId, actorId, request.verb, request, request.object);

/** An entry was deleted. */
export const deletionEntry = (
  roomId: RoomId,
  actorId: UserId,
  request: Extract<ActivityRequest, { verb: 'delete' | 'acknowledge' }>,
): NewActivity => entry(roomId, actorId, 'delete', request, request.object);

const entry = (
  roomId: RoomId,
  actorId: UserId,
  verb: Verb,
  { clientTempId, cloister, extra }: Pick<ActivityRequest, 'clientTempId' | 'cloister' | 'extra'>,
  object: object,
): NewActivity => ({
  roomId,
  id: newId<ActivityId>(),
  actorId,
  verb,
  object: JSON.stringify(object),
  keyUri: null,
  parentId: null,
  parentType: null,
  clientTempId: clientTempId ?? null,
  cloister: textOrNull(cloister),
  extra: textOrNull(extra),
});

const textOrNull = (value: JsonObject | undefined): string | null => {
  if (value === undefined) return null;
  const text = JSON.stringify(value);
  return text === '{}' ? null : text;
};
