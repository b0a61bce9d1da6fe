import type { Queries } from '@cloister/database';
import type { ReceiptClaims } from '@cloister/receipts';
import { type ActivityId, CloisterError, type UserId } from '@cloister/wire';
import { personJson } from '../domain/activity-json.ts';
import type { Intent, OuterHalf } from '../domain/intent.ts';
import type { NewActivity, StoredActivity } from '../domain/stored-activity.ts';
import type { Committed } from '../rooms/room-writer.ts';
import { insertActivity } from '../store/activities.ts';
import { bindKey, insertMember, insertRoom } from '../store/room-writes.ts';
import type { Evidence } from './evidence.ts';

type CreateHalf = Extract<OuterHalf, { kind: 'create' }>;

/** Makes the room: its log begins with `create`, an `add` for each other member, and the first messages. */
export const commitCreate = async (
  tx: Queries,
  intent: Intent,
  outer: CreateHalf,
  { receipt, jws }: Evidence,
  now: Date,
): Promise<Committed<ActivityId>> => {
  const { resourceUri, authorizationVersion } = receipt;
  if (resourceUri === null) throw new CloisterError('wire/invalid-receipt');
  const entries = entriesOf(intent, outer, receipt.subjects, jws, now);
  await insertRoom(tx, {
    id: intent.roomId,
    organisationId: intent.organisationId,
    kmsHost: intent.kmsHost,
    resourceUri,
    head: entries.length,
    version: 1,
    departureVersion: 0,
    title: outer.title,
    titleKey: outer.titleKey,
    defaultKey: intent.keyUri,
    tags: outer.tags,
    pairLow: intent.pair?.[0] ?? null,
    pairHigh: intent.pair?.[1] ?? null,
    createdBy: intent.userId,
    createdAt: now,
    updatedAt: now,
  });
  const { roomId } = intent;
  for (const { id: userId, organisationId } of receipt.subjects) {
    const position = entries.findIndex((entry) => entry.id === outer.addIds[userId]) + 1;
    await insertMember(tx, { roomId, userId, organisationId, position: Math.max(position, 1) });
  }
  for (const uri of receipt.keyUris) {
    await bindKey(tx, {
      roomId,
      uri,
      deviceId: intent.deviceId,
      shared: uri === intent.keyUri,
      authorizationVersion: authorizationVersion ?? 0,
      // The first messages are under it.
      position: 0,
      now,
    });
  }
  for (const entry of entries) await insertActivity(tx, entry);
  return { value: outer.createId, roomId, version: 1, entries };
};

const entriesOf = (
  intent: Intent,
  outer: CreateHalf,
  members: ReceiptClaims['subjects'],
  receipt: string,
  now: Date,
): StoredActivity[] => {
  const base = { roomId: intent.roomId, actorId: intent.userId, ...bare };
  const create: NewActivity = {
    ...base,
    id: outer.createId,
    verb: 'create',
    object: JSON.stringify({ objectType: 'conversation', id: intent.roomId }),
    cloister: outer.cloister ?? null,
  };
  const adds = (Object.entries(outer.addIds) as [UserId, ActivityId][]).map(
    ([userId, id]): NewActivity => ({
      ...base,
      id,
      verb: 'add',
      object: JSON.stringify(personJson(userId, members.find((member) => member.id === userId)?.organisationId)),
    }),
  );
  return [create, ...adds, ...outer.posts].map((entry, index) => ({
    ...entry,
    position: index + 1,
    published: now,
    // The one receipt decided creation and members alike.
    receipt: entry.verb === 'create' || entry.verb === 'add' ? receipt : null,
  }));
};

const bare = {
  keyUri: null,
  parentId: null,
  parentType: null,
  clientTempId: null,
  cloister: null,
  extra: null,
} as const;
