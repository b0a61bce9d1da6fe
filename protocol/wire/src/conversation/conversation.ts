import * as z from 'zod/mini';
import type { DeviceId, OrganisationId, RoomId, UserId } from '../ids.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { jsonObject, uuid } from '../json/schemas.ts';
import { instanceUriOf } from '../kms-uri/instance-uri.ts';
import { operationKind } from '../realm/operation.ts';
import { activitySchema } from './activity.ts';

/** A member as the core knows them: an id, no name and no address. */
export const participantSchema = z.looseObject({
  objectType: z.literal('person'),
  id: uuid<UserId>(),
  entryUUID: z.optional(uuid<UserId>()),
  /** Of which organisation, as the core knows it from identity. */
  orgId: z.optional(uuid<OrganisationId>()),
  /** In a room with moderators (wires.md §9), as published clients know them. */
  roomProperties: z.optional(z.looseObject({ isModerator: z.boolean() })),
});

/** A key the core accepts content under. `shared` keys are the published clients' default; others belong to one device. */
export const liveKeySchema = z.object({
  uri: instanceUriOf('keys'),
  stale: z.boolean(),
  shared: z.boolean(),
  deviceId: z.optional(uuid<DeviceId>()),
});

/** A change that waits for the key server. */
export const pendingChangeSchema = z.object({
  operationId: z.string(),
  kind: operationKind,
  subjects: z.array(uuid<UserId>()),
  since: z.string(),
});

const position = z.optional(z.int().check(z.minimum(0)));

/** A room as the core serves it (kms.md §3.6); members of ours as wires.md §3. */
export const conversationSchema = z.looseObject({
  id: uuid<RoomId>(),
  objectType: z.literal('conversation'),
  url: z.string(),
  published: z.optional(z.string()),
  displayName: z.optional(z.nullable(z.string())),
  encryptionKeyUrl: z.optional(z.nullable(instanceUriOf('keys'))),
  defaultActivityEncryptionKeyUrl: z.optional(z.nullable(instanceUriOf('keys'))),
  kmsResourceObjectUrl: z.optional(z.nullable(instanceUriOf('resources'))),
  tags: z.optional(z.array(z.string())),
  participants: z.optional(z.looseObject({ items: z.array(participantSchema) })),
  activities: z.optional(z.looseObject({ items: z.array(activitySchema) })),
  kmsMessage: z.optional(z.string()),
  head: position,
  readPosition: position,
  created: z.optional(z.string()),
  liveKeys: z.optional(z.array(liveKeySchema)),
  pending: z.optional(z.array(pendingChangeSchema)),
  cloister: z.optional(jsonObject()),
});

const conversationPage = z.looseObject({ items: z.array(conversationSchema), next: z.optional(z.string()) });

export type Conversation = z.infer<typeof conversationSchema>;
export type Participant = z.infer<typeof participantSchema>;
export type LiveKey = z.infer<typeof liveKeySchema>;
export type PendingChange = z.infer<typeof pendingChangeSchema>;
/** A page of rooms. `next` is opaque. */
export type ConversationPage = z.infer<typeof conversationPage>;

const maxBytes = 64 * 1024 * 1024;

/** @throws CloisterError with a `wire/…` code */
export const parseConversation = (input: Untrusted): Conversation => parseWith(conversationSchema, input, maxBytes);

/** @throws CloisterError with a `wire/…` code */
export const parseConversationPage = (input: Untrusted): ConversationPage =>
  parseWith(conversationPage, input, maxBytes);
