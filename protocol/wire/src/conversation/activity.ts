import * as z from 'zod/mini';
import type { ActivityId, OrganisationId, UserId } from '../ids.ts';
import { compactJws } from '../json/compact.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { jsonObject, uuid } from '../json/schemas.ts';
import { instanceUriOf } from '../kms-uri/instance-uri.ts';

/** An entry of a room's log as the core serves it (kms.md §3.6); members of ours as wires.md §3. */
export const activitySchema = z.looseObject({
  id: uuid<ActivityId>(),
  objectType: z.literal('activity'),
  verb: z.string(),
  published: z.string(),
  url: z.optional(z.string()),
  actor: z.looseObject({
    objectType: z.optional(z.string()),
    id: uuid<UserId>(),
    orgId: z.optional(uuid<OrganisationId>()),
  }),
  /** As its author's client sent it; {@link parseActivityObject} names its shape. Sealed texts are null once deleted. */
  object: z.optional(jsonObject()),
  target: z.optional(jsonObject()),
  encryptionKeyUrl: z.optional(instanceUriOf('keys')),
  clientTempId: z.optional(z.string()),
  parent: z.optional(z.looseObject({ id: uuid<ActivityId>(), type: z.string() })),
  position: z.optional(z.int().check(z.minimum(1))),
  receipt: z.optional(compactJws(64 * 1024)),
  /** Why somebody was removed without a member asking (wires.md §9). */
  reason: z.optional(z.literal('left-organisation')),
  cloister: z.optional(jsonObject()),
  kmsMessage: z.optional(z.string()),
});

/** An entry of a room's log. */
export type Activity = z.infer<typeof activitySchema>;

/** A page of a room's log, oldest first. `next` is opaque. */
export type ActivityPage = z.infer<typeof activityPage>;

const activityPage = z.looseObject({ items: z.array(activitySchema), next: z.optional(z.string()) });

const maxActivityBytes = 1024 * 1024;
const maxPageBytes = 64 * 1024 * 1024;

/** @throws CloisterError with a `wire/…` code */
export const parseActivity = (input: Untrusted): Activity => parseWith(activitySchema, input, maxActivityBytes);

/** @throws CloisterError with a `wire/…` code */
export const parseActivityPage = (input: Untrusted): ActivityPage => parseWith(activityPage, input, maxPageBytes);
