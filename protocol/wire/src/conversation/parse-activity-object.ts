import * as z from 'zod/mini';
import { transcodedCollection } from '../functions/transcoded-page.ts';
import type { OrganisationId, UserId } from '../ids.ts';
import type { JsonObject } from '../json/json-value.ts';
import { parseWith } from '../json/parse-with.ts';
import { uuid } from '../json/schemas.ts';
import { instanceUriOf } from '../kms-uri/instance-uri.ts';
import type { Activity } from './activity.ts';
import { activityReference, keyObject } from './activity-object.ts';

const sealed = z.optional(z.nullable(z.string()));
const url = z.optional(z.nullable(z.string()));

const readableFile = z.looseObject({
  objectType: z.literal('file'),
  displayName: sealed,
  mimeType: z.optional(z.nullable(z.string())),
  fileSize: z.optional(z.nullable(z.number())),
  url,
  scr: sealed,
  encryptionKeyUrl: z.optional(instanceUriOf('keys')),
  image: z.optional(
    z.nullable(z.looseObject({ url, scr: sealed, height: z.optional(z.number()), width: z.optional(z.number()) })),
  ),
  /** In an `update` by a transcoder: the file's pages (wires.md §10). Of another shape they are none, and the file stays. */
  transcodedCollection: z.catch(z.optional(transcodedCollection), undefined),
});

const readable = z.discriminatedUnion('objectType', [
  z.looseObject({ objectType: z.literal('comment'), displayName: sealed, content: sealed }),
  z.looseObject({
    objectType: z.literal('content'),
    displayName: sealed,
    content: sealed,
    files: z.looseObject({ items: z.array(readableFile) }),
  }),
  z.looseObject({ objectType: z.literal('person'), id: uuid<UserId>(), orgId: z.optional(uuid<OrganisationId>()) }),
  z.looseObject({
    objectType: z.literal('conversation'),
    displayName: sealed,
    encryptionKeyUrl: z.optional(z.nullable(instanceUriOf('keys'))),
    defaultActivityEncryptionKeyUrl: z.optional(z.nullable(instanceUriOf('keys'))),
  }),
  keyObject,
  activityReference,
]);

const known = new Set(['comment', 'content', 'person', 'conversation', 'key', 'activity']);

/** An activity's object by its `objectType`; `other` for those this version does not know, such as `reaction2`. */
export type ActivityObject =
  | z.infer<typeof readable>
  | { readonly objectType: 'other'; readonly object: JsonObject | undefined };

/** A shared file as a client reads it; sealed members are null once deleted. */
export type ReadableFile = z.infer<typeof readableFile>;

/**
 * The typed object of an activity, for clients.
 * @throws CloisterError with a `wire/…` code when it claims a known type and has not its shape
 */
export const parseActivityObject = ({ object }: Pick<Activity, 'object'>): ActivityObject =>
  typeof object?.objectType === 'string' && known.has(object.objectType)
    ? parseWith(readable, object, 1024 * 1024)
    : { objectType: 'other', object };
