import * as z from 'zod/mini';
import type { ActivityId, UserId } from '../ids.ts';
import { integer, list, text, uuid } from '../json/schemas.ts';
import { instanceUriOf } from '../kms-uri/instance-uri.ts';
import { sealedText } from './sealed-text.ts';

const url = text(4096);
const count = integer(0, Number.MAX_SAFE_INTEGER);

/** A file in a share. `mimeType` and `fileSize` are in the clear as published; name and SCR are sealed (kms.md §2). */
export const fileItem = z.looseObject({
  objectType: z.literal('file'),
  displayName: z.optional(sealedText()),
  content: z.optional(sealedText()),
  mimeType: z.optional(z.string().check(z.maxLength(255))),
  fileSize: z.optional(count),
  url: z.optional(url),
  scr: sealedText(),
  encryptionKeyUrl: z.optional(instanceUriOf('keys')),
  image: z.optional(
    z.looseObject({
      url: z.optional(url),
      height: z.optional(z.number()),
      width: z.optional(z.number()),
      scr: sealedText(),
    }),
  ),
});

/** A message. `displayName` is the plain text, `content` the HTML, both sealed. */
export const commentObject = z.looseObject({
  objectType: z.literal('comment'),
  displayName: z.optional(sealedText()),
  content: z.optional(sealedText()),
});

/** Shared files with an optional message. */
export const contentObject = z.looseObject({
  objectType: z.literal('content'),
  displayName: z.optional(sealedText()),
  content: z.optional(sealedText()),
  contentCategory: z.optional(z.string().check(z.maxLength(64))),
  files: z.looseObject({ items: list(fileItem, 50).check(z.minLength(1)) }),
});

/** A person by id. Everything else a client may send about them is dropped: the core learns no name (R420). */
export const personObject = z.object({ objectType: z.literal('person'), id: uuid<UserId>() });

/** A room's new title, or its new default key. */
export const conversationObject = z.looseObject({
  objectType: z.literal('conversation'),
  displayName: z.optional(sealedText()),
  encryptionKeyUrl: z.optional(instanceUriOf('keys')),
  defaultActivityEncryptionKeyUrl: z.optional(z.nullable(instanceUriOf('keys'))),
});

/** A live key that is added (wires.md §3). */
export const keyObject = z.object({ objectType: z.literal('key'), uri: instanceUriOf('keys') });

/** An activity that is deleted or acknowledged. */
export const activityReference = z.object({ objectType: z.literal('activity'), id: uuid<ActivityId>() });

export type CommentObject = z.infer<typeof commentObject>;
export type ContentObject = z.infer<typeof contentObject>;
export type PersonObject = z.infer<typeof personObject>;
export type ConversationObject = z.infer<typeof conversationObject>;
export type KeyObject = z.infer<typeof keyObject>;
export type ActivityReference = z.infer<typeof activityReference>;
