import * as z from 'zod/mini';
import type { CaseId, MachineId, OrganisationId, SessionId, UserId } from '../ids.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { integer, list, numericDate, text, uuid } from '../json/schemas.ts';
import { ecPublicJwk, edPublicJwk } from '../kms/jwk.ts';
import { isKmsHost, type KmsHost } from '../kms-uri/kms-host.ts';
import { domainName } from './domain-name.ts';
import { purpose } from './purpose.ts';

/** The most domains of an organisation that the feed names. */
export const maxStatedDomains = 1000;

/** What a realm needs to know of a person's roles: who administers its organisation. */
const personRole = z.enum(['full-admin']);

/** The position of an entry in identity's feed, from 1. */
const seq = integer(0, Number.MAX_SAFE_INTEGER);

const by = z.optional(z.object({ kind: z.literal('person'), id: uuid<UserId>() }));
const organisationId = uuid<OrganisationId>();

const statusEntry = z.discriminatedUnion('kind', [
  z.object({
    seq,
    kind: z.literal('person'),
    id: uuid<UserId>(),
    organisationId,
    active: z.boolean(),
    roles: z.optional(z.array(personRole)),
    by,
  }),
  z.object({
    seq,
    kind: z.literal('machine'),
    id: uuid<MachineId>(),
    organisationId,
    purpose,
    active: z.boolean(),
    by,
  }),
  z.object({ seq, kind: z.literal('function'), organisationId, purpose, enabled: z.boolean(), by }),
  z.object({
    seq,
    kind: z.literal('case'),
    id: uuid<CaseId>(),
    organisationId,
    officer: uuid<UserId>(),
    custodians: list(uuid<UserId>(), 100),
    /** Approved by a second administrator and not closed. */
    active: z.boolean(),
    expiresAt: numericDate(),
    openedBy: uuid<UserId>(),
    approvedBy: z.optional(uuid<UserId>()),
  }),
  z.object({ seq, kind: z.literal('session'), sid: uuid<SessionId>(), revokedAt: numericDate() }),
  z.object({
    seq,
    kind: z.literal('realm'),
    kmsHost: z.custom<KmsHost>(isKmsHost),
    organisationIds: list(organisationId, 1000),
    /** Others may reach this key server; once withdrawn, nobody's. */
    active: z.boolean(),
    /** By which the core and identity believe it; of realms that identity knows no keys of, they have them elsewhere. */
    linkKey: z.optional(edPublicJwk),
    receiptKey: z.optional(edPublicJwk),
    /** Of receipts that were signed before the key was renewed, newest first. */
    earlierReceiptKeys: z.optional(list(edPublicJwk, 8)),
  }),
  z.object({
    seq,
    kind: z.literal('organisation'),
    id: uuid<OrganisationId>(),
    name: z.optional(text(256)),
    /** Those it has proved, the first {@link maxStatedDomains} of them. */
    domains: z.optional(list(domainName, maxStatedDomains)),
  }),
]);

const tokenKey = z.extend(ecPublicJwk, {
  kid: text(256),
  alg: z.optional(z.literal('ES256')),
  use: z.optional(z.literal('sig')),
});

/** The shape of what identity signs. */
export const statusPayload = z.object({
  iss: text(1024),
  after: seq,
  head: seq,
  issuedAt: numericDate(),
  keys: z.object({ keys: list(tokenKey, 32) }),
  entries: list(statusEntry, 5000),
});

/** One fact of identity's feed: who is active, which sign-in ended, which function is on, who may look into whose keys, which key server serves whom, what an organisation is called. */
export type StatusEntry = z.infer<typeof statusEntry>;
/** A public key that identity signs tokens with. */
export type TokenKey = z.infer<typeof tokenKey>;
/** A signed statement of identity (wires.md §2). Times are seconds since 1970. */
export type StatusPayload = z.infer<typeof statusPayload>;

/** The `typ` of the signed statement. */
export const statusType = 'cloister-status+jws';

/** @throws CloisterError with a `wire/…` code */
export const parseStatusPayload = (input: Untrusted): StatusPayload => parseWith(statusPayload, input, 4 * 1024 * 1024);
