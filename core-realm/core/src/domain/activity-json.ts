import type { OrganisationId, RoomId, UserId } from '@cloister/wire';
import type { StoredActivity } from './stored-activity.ts';

/** The organisation that identity says a person belongs to. */
export type OrganisationOf = (id: UserId) => OrganisationId | undefined;

/** For whom an entry is written down. */
export interface Telling {
  readonly origin: string;
  readonly organisationOf: OrganisationOf;
}

/** Where the conversation service is, under an origin. */
export const conversationBase = (origin: string) => `${origin}/conversation/api/v1`;

export const roomUrl = (origin: string, roomId: RoomId) => `${conversationBase(origin)}/conversations/${roomId}`;

/** A person as the published clients expect one; every member is the random id (R421). */
export const personJson = (id: UserId, organisationId?: string) => ({
  objectType: 'person',
  id,
  entryUUID: id,
  emailAddress: id,
  displayName: id,
  ...(organisationId === undefined ? {} : { orgId: organisationId }),
});

/**
 * An entry as clients read it (kms.md §3.6, docs/wires.md §3), as JSON text: what the client sent is spliced in as it
 * was stored, since the core has no business in it.
 * @param extra members for the asker alone, such as `kmsMessage`
 */
export const activityJson = (
  activity: StoredActivity,
  { origin, organisationOf }: Telling,
  extra: Readonly<Record<string, unknown>> = {},
) => {
  const room = roomUrl(origin, activity.roomId);
  const outer = JSON.stringify({
    id: activity.id,
    objectType: 'activity',
    url: `${room}/activities/${activity.id}`,
    verb: activity.verb,
    published: activity.published.toISOString(),
    actor: personJson(activity.actorId, organisationOf(activity.actorId)),
    target: { id: activity.roomId, objectType: 'conversation', url: room },
    position: activity.position,
    ...(activity.keyUri === null ? {} : { encryptionKeyUrl: activity.keyUri }),
    ...(activity.parentId === null ? {} : { parent: { id: activity.parentId, type: activity.parentType } }),
    ...(activity.clientTempId === null ? {} : { clientTempId: activity.clientTempId }),
    ...(activity.receipt === null ? {} : { receipt: activity.receipt }),
    ...extra,
  });
  const cloister = activity.cloister === null ? '' : `,"cloister":${activity.cloister}`;
  const unknown = activity.extra === null ? '' : `,${activity.extra.slice(1, -1)}`;
  return `${outer.slice(0, -1)},"object":${activity.object}${cloister}${unknown}}`;
};

/** The event that tells a reader of an entry (kms.md §3.5). */
export const activityEvent = (activity: StoredActivity, organisationOf: OrganisationOf) => (origin: string) =>
  `{"eventType":"conversation.activity","activity":${activityJson(activity, { origin, organisationOf })}}`;
