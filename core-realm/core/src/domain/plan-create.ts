import {
  type ActivityId,
  CloisterError,
  type ConversationCreate,
  hostOf,
  type KmsHost,
  newId,
  type OperationId,
  type RoomId,
  type UserId,
} from '@cloister/wire';
import type { Asker } from './asker.ts';
import { decideAddable, type KmsHostOf, type KnownPerson } from './decide-change.ts';
import type { Intent } from './intent.ts';
import { lockedTag } from './moderation.ts';
import { contentEntry } from './new-entry.ts';

export interface CreateSurroundings {
  readonly operationId: OperationId;
  readonly kmsHost: KmsHost;
  readonly person: (id: UserId) => KnownPerson;
  readonly kmsHostOf: KmsHostOf;
  readonly now: Date;
}

/**
 * The intent of a new room. Everybody named is a member, and the creator always.
 * @throws CloisterError when somebody named cannot be one, or keys are of another key server
 */
export const planCreate = (asker: Asker, create: ConversationCreate, around: CreateSurroundings): Intent => {
  const { userId, organisationId, deviceId } = asker;
  const others = create.members.filter((member) => member !== userId);
  for (const member of others) decideAddable(around.person(member), around.kmsHostOf);
  const roomId = create.roomId ?? newId<RoomId>();
  decideKeys(create, around.kmsHost);
  return {
    operationId: around.operationId,
    kind: 'create',
    roomId,
    kmsHost: around.kmsHost,
    userId,
    organisationId,
    deviceId: deviceId ?? null,
    subjects: [userId, ...others],
    resourceUri: null,
    keyUri: create.keyUri,
    sealed: create.sealed,
    outer: {
      kind: 'create',
      title: create.title?.displayName ?? null,
      titleKey: create.title?.keyUri ?? null,
      tags: create.tags.filter((tag) => publishedTag.test(tag) && tag !== lockedTag),
      createId: newId<ActivityId>(),
      ...(create.cloister === undefined ? {} : { cloister: JSON.stringify(create.cloister) }),
      addIds: Object.fromEntries(others.map((other) => [other, newId<ActivityId>()])),
      posts: create.posts.map((post) => contentEntry(roomId, userId, post)),
    },
    pair: create.oneOnOne ? pairOf(userId, others) : null,
    since: around.now,
  };
};

/** Tags are published words; anything else could be a name. */
const publishedTag = /^[A-Z_]{1,32}$/;

const pairOf = (userId: UserId, others: readonly UserId[]): readonly [UserId, UserId] => {
  const [other] = others;
  if (other === undefined || others.length !== 1) {
    throw new CloisterError('core/invalid-request', { detail: 'A conversation of two people has exactly two.' });
  }
  return userId < other ? [userId, other] : [other, userId];
};

const decideKeys = (create: ConversationCreate, kmsHost: string): void => {
  const uris = [create.keyUri, create.title?.keyUri, ...create.posts.map((post) => post.keyUri)];
  if (uris.some((uri) => uri !== undefined && hostOf(uri) !== kmsHost)) throw new CloisterError('core/key-unknown');
};
