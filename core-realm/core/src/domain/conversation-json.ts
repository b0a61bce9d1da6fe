import { activityJson, personJson, roomUrl, type Telling } from './activity-json.ts';
import { isModerated, lockedTag } from './moderation.ts';
import type { Membership, RoomView } from './room.ts';
import type { StoredActivity } from './stored-activity.ts';

export interface ConversationParts extends Telling {
  readonly activities: readonly StoredActivity[];
  readonly withParticipants: boolean;
  /** A published client that was told to rotate looks for the missing key; see {@link RotationHints}. */
  readonly hidesStaleDefault: boolean;
  readonly kmsMessage?: string | undefined;
}

/** A room as one of its members sees it (kms.md §3.6, docs/wires.md §3), as JSON text. */
export const conversationJson = (view: RoomView, parts: ConversationParts): string => {
  const { room, keys, members, membership, pending } = view;
  const defaultKey = keys.find((key) => key.uri === room.defaultKey);
  const hidden = parts.hidesStaleDefault && defaultKey?.stale !== false;
  const moderated = isModerated(view);
  const head = membership.suspendedAt ?? room.head;
  const outer = JSON.stringify({
    id: room.id,
    objectType: 'conversation',
    url: roomUrl(parts.origin, room.id),
    published: room.createdAt.toISOString(),
    created: room.createdAt.toISOString(),
    lastReadableActivityDate: room.updatedAt.toISOString(),
    ...(room.title === null ? {} : { displayName: room.title }),
    ...(room.titleKey === null ? {} : { encryptionKeyUrl: room.titleKey }),
    ...(room.defaultKey === null || hidden ? {} : { defaultActivityEncryptionKeyUrl: room.defaultKey }),
    kmsResourceObjectUrl: room.resourceUri,
    tags: moderated ? [...room.tags, lockedTag] : room.tags,
    // R330: every member sees who the members are.
    participants: {
      items: parts.withParticipants ? members.map((member) => participantJson(member, moderated)) : [],
    },
    head,
    readPosition: membership.readPosition,
    liveKeys: keys.map(({ uri, stale, shared, deviceId }) => ({
      uri,
      stale,
      shared,
      ...(deviceId === null ? {} : { deviceId }),
    })),
    pending: pending.map(({ operationId, kind, subjects, since }) => ({
      operationId,
      kind,
      subjects,
      since: since.toISOString(),
    })),
    ...(parts.kmsMessage === undefined ? {} : { kmsMessage: parts.kmsMessage }),
  });
  const activities = parts.activities.map((activity) => activityJson(activity, parts)).join(',');
  return `${outer.slice(0, -1)},"activities":{"items":[${activities}]}}`;
};

const participantJson = ({ userId, organisationId, moderator }: Membership, moderated: boolean) => ({
  ...personJson(userId, organisationId),
  ...(moderated ? { roomProperties: { isModerator: moderator } } : {}),
});
