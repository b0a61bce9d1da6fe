import * as z from 'zod/mini';
import { CloisterError } from '../errors/cloister-error.ts';
import type { ActivityId } from '../ids.ts';
import { compactJwe } from '../json/compact.ts';
import type { JsonObject } from '../json/json-value.ts';
import { checkWith } from '../json/parse-with.ts';
import { readJson, type Untrusted } from '../json/read-json.ts';
import { text, uuid } from '../json/schemas.ts';
import { maxKmsMessageLength } from '../kms/kms-relay.ts';
import { instanceUriOf } from '../kms-uri/instance-uri.ts';
import {
  activityReference,
  commentObject,
  contentObject,
  conversationObject,
  keyObject,
  personObject,
} from './activity-object.ts';
import type { ActivityChange, ActivityRequest } from './activity-request.ts';
import { cloisterMember } from './cloister-member.ts';

/** An activity without its sealed part, and the sealed part of a change to a room of a thousand. */
export const maxActivityBytes = 256 * 1024 + maxKmsMessageLength;

const keyUri = instanceUriOf('keys');
const sealed = compactJwe(maxKmsMessageLength);
const parent = z.optional(z.object({ id: uuid<ActivityId>(), type: text(32) }));

const shapes = {
  post: z.object({ object: commentObject, encryptionKeyUrl: keyUri, parent }),
  share: z.object({ object: contentObject, encryptionKeyUrl: keyUri, parent }),
  member: z.object({ object: personObject, kmsMessage: sealed }),
  update: z.object({ object: conversationObject, encryptionKeyUrl: z.optional(keyUri) }),
  updateKey: z.object({ object: conversationObject, kmsMessage: sealed }),
  addKey: z.object({ object: keyObject, kmsMessage: sealed }),
  reference: z.object({ object: activityReference }),
};

const frame = z.looseObject({
  verb: text(32),
  clientTempId: z.optional(text(256)),
  cloister: cloisterMember,
});

/** Members the server says itself, or that could hold a name; what a client puts there is dropped. */
const notEchoed = new Set([
  ...[
    'id',
    'url',
    'published',
    'objectType',
    'actor',
    'target',
    'recipients',
    'provider',
    'position',
    'receipt',
    'reason',
  ],
  ...['verb', 'object', 'parent', 'encryptionKeyUrl', 'kmsMessage', 'clientTempId', 'cloister'],
]);

/**
 * The typed form of `POST {conversation}/activities` or `/content`.
 * @throws CloisterError with a `wire/…` code; `wire/unsupported-verb` for a verb that is not offered,
 * `core/sealed-part-required` for a change of people or keys without its sealed half
 */
export const parseActivityRequest = (input: Untrusted): ActivityRequest => {
  const { verb, clientTempId, cloister, ...rest } = checkWith(frame, readJson(input, maxActivityBytes));
  return { clientTempId, cloister, extra: echoed(rest), ...changeOf(verb, rest) };
};

const echoed = (members: Record<string, unknown>): JsonObject =>
  Object.fromEntries(Object.entries(members).filter(([name]) => !notEchoed.has(name))) as JsonObject;

const changeOf = (verb: string, value: unknown): ActivityChange => {
  switch (verb) {
    case 'post':
    case 'share':
      return contentChange(verb, value);
    case 'add':
    case 'leave':
    case 'assignModerator':
    case 'unassignModerator': {
      requireSealed(value);
      const { object, kmsMessage } = checkWith(shapes.member, value);
      return { verb, object, subject: object.id, sealed: kmsMessage };
    }
    case 'update':
      return titleChange(value);
    case 'updateKey': {
      requireSealed(value);
      const { object, kmsMessage } = checkWith(shapes.updateKey, value);
      const newKey = object.defaultActivityEncryptionKeyUrl;
      return { verb, object, keyUri: required(newKey, 'defaultActivityEncryptionKeyUrl'), sealed: kmsMessage };
    }
    case 'addKey': {
      requireSealed(value);
      const { object, kmsMessage } = checkWith(shapes.addKey, value);
      return { verb, object, keyUri: object.uri, sealed: kmsMessage };
    }
    case 'delete':
    case 'acknowledge': {
      const { object } = checkWith(shapes.reference, value);
      return { verb, object, subject: object.id };
    }
    default:
      throw new CloisterError('wire/unsupported-verb');
  }
};

/** Both halves or neither: a client that seals none, such as a published one changing moderators, is told so in a sentence. */
const requireSealed = (value: unknown): void => {
  if ((value as { kmsMessage?: unknown }).kmsMessage === undefined)
    throw new CloisterError('core/sealed-part-required');
};

const contentChange = (verb: 'post' | 'share', value: unknown): ActivityChange => {
  if (verb === 'post') {
    const { encryptionKeyUrl, ...content } = checkWith(shapes.post, value);
    return { verb, keyUri: encryptionKeyUrl, ...content };
  }
  const { encryptionKeyUrl, ...content } = checkWith(shapes.share, value);
  return { verb, keyUri: encryptionKeyUrl, ...content };
};

/** The published client names the title's key in the object, ours may name it on the activity. */
const titleChange = (value: unknown): ActivityChange => {
  const { object, encryptionKeyUrl } = checkWith(shapes.update, value);
  required(object.displayName, 'displayName');
  return { verb: 'update', object, keyUri: required(object.encryptionKeyUrl ?? encryptionKeyUrl, 'encryptionKeyUrl') };
};

const required = <T>(value: T | null | undefined, member: string): T => {
  if (value === null || value === undefined)
    throw new CloisterError('wire/invalid-message', { detail: `member ${member}` });
  return value;
};
