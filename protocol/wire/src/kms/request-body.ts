import * as z from 'zod/mini';
import type { OrganisationId, UserId } from '../ids.ts';
import { compactJws } from '../json/compact.ts';
import { integer, list, text, uuid } from '../json/schemas.ts';
import { instanceUriOf } from '../kms-uri/instance-uri.ts';
import type { AuthId } from '../kms-uri/kms-uri.ts';
import { isAuthId } from '../kms-uri/parse-kms-uri.ts';
import { ecPublicJwk } from './jwk.ts';
import { requestedKeyState } from './master-key.ts';
import { outsidePolicy } from './outside.ts';

/** A room of a thousand people is created in one request. */
const maxSubjects = 2000;
const maxKeys = 100;

const authIds = z.optional(list(z.custom<AuthId>(isAuthId), maxSubjects));

/** Members of the draft that say less than "for this person, for ever": ignored they would grant more than was asked for. */
const terms = {
  /** Seconds; which ones are accepted is the key server's to say. */
  ttl: z.optional(integer(0, Number.MAX_SAFE_INTEGER)),
  anonymous: z.optional(integer(0, 100)),
  roleUri: z.optional(text(1024)),
};

/** "MUST conform to the RFC 3339 date-time format", in any zone, and name a day that exists. */
const moment = z.string().check(
  z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/),
  z.refine((value) => !Number.isNaN(Date.parse(value))),
);

/** The bearer that a new anonymous authorization came with. */
const presented = { bearer: z.optional(compactJws(4096)) };

const ofOrganisation = { assignedOrgId: z.optional(z.nullable(uuid<OrganisationId>())) };

/** Main keys are always asked for by their organisation; what our clients add stands in `cloister`. */
const ofItsOwn = {
  assignedOrgId: uuid<OrganisationId>(),
  cloister: z.optional(
    z.object({
      version: z.optional(integer(0, Number.MAX_SAFE_INTEGER)),
      activate: z.optional(z.boolean()),
    }),
  ),
};

/** The members each operation reads beside the frame (kms.md §1.6). */
export const requestBody = {
  createEphemeralKey: z.object({ jwk: ecPublicJwk }),
  createKeys: z.object({ count: z._default(integer(1, maxKeys), 1) }),
  createResource: z.object({
    userIds: authIds,
    authIds,
    keyUris: z.optional(list(instanceUriOf('keys'), maxKeys)),
    ...terms,
  }),
  retrieveKey: z.object(presented),
  listResourceKeys: z.object({
    ...presented,
    boundAfter: z.optional(moment),
    boundBefore: z.optional(moment),
    count: z.optional(integer(1, 1000)),
  }),
  bindKey: z.object({ resourceUri: instanceUriOf('resources') }),
  createAuthorizations: z.object({
    resourceUri: instanceUriOf('resources'),
    userIds: authIds,
    authIds,
    ...terms,
  }),
  deleteAuthorizations: z.object({ resourceUri: instanceUriOf('resources'), authIds, userIds: authIds }),
  administer: z.object(ofOrganisation),
  updateKek: z.object({ ...ofOrganisation, state: z.enum(['active', 'inactive']) }),
  ofItsOwn: z.object(ofItsOwn),
  createMasterKey: z.object({
    ...ofItsOwn,
    /** An RSA block in standard base64, or an ARN. */
    customerMasterKey: text(4096),
    customerMasterKeyBackup: z.optional(z.nullable(z.unknown())),
    customerMasterKeyRole: z.optional(z.nullable(z.unknown())),
  }),
  updateMasterKey: z.object({
    ...ofItsOwn,
    // "doc spells lower-case; compare case-insensitively" (kms.md §1.6)
    keyState: z.pipe(
      z.pipe(
        text(32),
        z.transform((value) => value.toUpperCase()),
      ),
      requestedKeyState,
    ),
  }),
  setOutsidePolicy: z.object({
    policy: outsidePolicy,
    cloister: z.optional(z.object({ version: z.optional(integer(0, Number.MAX_SAFE_INTEGER)) })),
  }),
  pauseOrganisation: z.object({ paused: z.boolean() }),
  appointModerators: z.object({ userIds: list(uuid<UserId>(), maxSubjects).check(z.minLength(1)) }),
} as const;

/** Both published names of one list, merged in the order sent, each subject once. */
export const mergeAuthIds = (body: {
  userIds?: readonly AuthId[] | undefined;
  authIds?: readonly AuthId[] | undefined;
}): readonly AuthId[] => [...new Set([...(body.userIds ?? []), ...(body.authIds ?? [])])];
