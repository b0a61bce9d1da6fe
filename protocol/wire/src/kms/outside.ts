import * as z from 'zod/mini';
import { type DomainName, domainName } from '../identity/domain-name.ts';
import type { OrganisationId, UserId } from '../ids.ts';
import { checkWith } from '../json/parse-with.ts';
import { base64urlOf, integer, list, text, uuid } from '../json/schemas.ts';
import { isKmsHost, type KmsHost } from '../kms-uri/kms-host.ts';
import type { KmsResponse } from './kms-response.ts';

/** The most domains that one policy names. */
export const maxOutsideDomains = 1000;

/** Which other organisations an organisation lets its people meet: all, those of the domains listed, or none. */
const outsideMode = z.enum(['everybody', 'listed', 'nobody']);
export type OutsideMode = z.infer<typeof outsideMode>;

export const outsidePolicy = z.object({
  mode: outsideMode,
  /** Whoever has proved one of these, while the mode is `listed`; kept while it is another. */
  domains: z.pipe(
    list(domainName, maxOutsideDomains),
    z.transform((domains): readonly DomainName[] => [...new Set(domains)].sort()),
  ),
});
/** What an organisation decided about others (wires.md §13). */
export type OutsidePolicy = z.infer<typeof outsidePolicy>;

const moment = text(64);
const count = integer(0, Number.MAX_SAFE_INTEGER);
const fingerprint = base64urlOf(32);

const outsideOrganisation = z.object({
  id: uuid<OrganisationId>(),
  /** Empty where identity has not said. */
  name: z.string().check(z.maxLength(256)),
  domains: list(domainName, 1000),
  kmsHost: z.custom<KmsHost>(isKmsHost),
  /** When a room was first shared with them; absent of one that was paused before. */
  metAt: z.optional(moment),
  /** Rooms shared with them now. */
  rooms: count,
  paused: z.optional(z.object({ at: moment, by: uuid<UserId>() })),
});
/** Another organisation, as administrators see it. */
export type OutsideOrganisation = z.infer<typeof outsideOrganisation>;

const outsidePeer = z.object({
  kmsHost: z.custom<KmsHost>(isKmsHost),
  /** base64url SHA-256 of its certificate's key: pinned at first use. */
  fingerprint,
  firstSeenAt: moment,
  seenAt: moment,
  /** Keys it showed before, newest first, and when each was seen last. */
  earlier: list(z.object({ fingerprint, until: moment }), 1000),
});
/** A key server of others that was met. */
export type OutsidePeer = z.infer<typeof outsidePeer>;

const outsideOverview = z.object({
  version: count,
  policy: outsidePolicy,
  organisations: list(outsideOrganisation, 10_000),
  peers: list(outsidePeer, 10_000),
});
/** `cloister.outside` of every reply about other organisations (wires.md §13). Times ISO 8601. */
export type OutsideOverview = z.infer<typeof outsideOverview>;

const outsideReply = z.object({ outside: outsideOverview });

/**
 * What a reply about other organisations says.
 * @throws CloisterError `wire/invalid-message`
 */
export const parseOutsideReply = ({ cloister }: Pick<KmsResponse, 'cloister'>): OutsideOverview =>
  checkWith(outsideReply, cloister ?? {}).outside;
