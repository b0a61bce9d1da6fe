import * as z from 'zod/mini';
import type { OrganisationId, SessionId, UserId } from '../ids.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { integer, list, numericDate, text, uuid } from '../json/schemas.ts';
import { ecPublicJwk } from '../kms/jwk.ts';

/** The position of an entry in identity's feed, from 1. */
const seq = integer(0, Number.MAX_SAFE_INTEGER);

const statusEntry = z.discriminatedUnion('kind', [
  z.object({
    seq,
    kind: z.literal('person'),
    id: uuid<UserId>(),
    organisationId: uuid<OrganisationId>(),
    active: z.boolean(),
    by: z.optional(z.object({ kind: z.literal('person'), id: uuid<UserId>() })),
  }),
  z.object({ seq, kind: z.literal('session'), sid: uuid<SessionId>(), revokedAt: numericDate() }),
  z.object({ seq, kind: z.literal('organisation'), id: uuid<OrganisationId>() }),
]);

const tokenKey = z.extend(ecPublicJwk, {
  kid: text(256),
  alg: z.optional(z.literal('ES256')),
  use: z.optional(z.literal('sig')),
});

const statusPayload = z.object({
  iss: text(1024),
  after: seq,
  head: seq,
  issuedAt: numericDate(),
  keys: z.object({ keys: list(tokenKey, 32) }),
  entries: list(statusEntry, 5000),
});

/** One fact of identity's feed: a person is active or not, a session ended, an organisation exists. */
export type StatusEntry = z.infer<typeof statusEntry>;
/** A public key that identity signs tokens with. */
export type TokenKey = z.infer<typeof tokenKey>;
/** A signed statement of identity (wires.md §2). Times are seconds since 1970. */
export type StatusPayload = z.infer<typeof statusPayload>;

/** The `typ` of the signed statement. */
export const statusType = 'cloister-status+jws';

/** @throws CloisterError with a `wire/…` code */
export const parseStatusPayload = (input: Untrusted): StatusPayload => parseWith(statusPayload, input, 4 * 1024 * 1024);
