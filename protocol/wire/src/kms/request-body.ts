import * as z from 'zod/mini';
import type { UserId } from '../ids.ts';
import { dateTime, integer, list, uuid } from '../json/schemas.ts';
import { instanceUriOf } from '../kms-uri/instance-uri.ts';
import type { AuthId } from '../kms-uri/kms-uri.ts';
import { isAuthId } from '../kms-uri/parse-kms-uri.ts';
import { ecPublicJwk } from './jwk.ts';

/** A room of a thousand people is created in one request. */
const maxSubjects = 2000;
const maxKeys = 100;

const authIds = z.optional(list(z.custom<AuthId>(isAuthId), maxSubjects));

/**
 * Members of the draft whose meaning we do not offer. Ignoring them would grant more than was asked for (an authorization
 * that never expires), so a request that uses one is unsupported as a whole.
 */
const notOffered = {
  anonymous: z.optional(z.unknown()),
  ttl: z.optional(z.unknown()),
  roleUri: z.optional(z.unknown()),
};

/** The members each operation reads beside the frame (kms.md §1.6). */
export const requestBody = {
  createEphemeralKey: z.object({ jwk: ecPublicJwk }),
  createKeys: z.object({ count: z._default(integer(1, maxKeys), 1) }),
  createResource: z.object({
    userIds: authIds,
    authIds,
    keyUris: z.optional(list(instanceUriOf('keys'), maxKeys)),
    ...notOffered,
  }),
  listResourceKeys: z.object({
    boundAfter: z.optional(dateTime()),
    boundBefore: z.optional(dateTime()),
    count: z.optional(integer(1, 1000)),
  }),
  bindKey: z.object({ resourceUri: instanceUriOf('resources') }),
  createAuthorizations: z.object({
    resourceUri: instanceUriOf('resources'),
    userIds: authIds,
    authIds,
    ...notOffered,
  }),
  appointModerators: z.object({ userIds: list(uuid<UserId>(), maxSubjects).check(z.minLength(1)) }),
} as const;

/** Both published names of one list, merged in the order sent, each subject once. */
export const mergeAuthIds = (body: {
  userIds?: readonly AuthId[] | undefined;
  authIds?: readonly AuthId[] | undefined;
}): readonly AuthId[] => [...new Set([...(body.userIds ?? []), ...(body.authIds ?? [])])];

/** Whether a body uses a member of the draft that is not offered. */
export const usesNotOffered = (body: { anonymous?: unknown; ttl?: unknown; roleUri?: unknown }): boolean =>
  body.anonymous !== undefined || body.ttl !== undefined || body.roleUri !== undefined;
