import * as z from 'zod/mini';
import type { CaseId, MachineId, OrganisationId, UserId } from '../ids.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { dateTime, list, text, uuid } from '../json/schemas.ts';
import { domainName } from './domain-name.ts';
import { purpose } from './purpose.ts';

const role = z.enum(['member', 'full-admin']);

const functionView = z.object({
  purpose,
  enabled: z.boolean(),
  changedAt: z.optional(dateTime()),
  changedBy: z.optional(uuid<UserId>()),
  machines: z.optional(z.array(z.object({ id: uuid<MachineId>(), active: z.boolean(), createdAt: dateTime() }))),
});

const caseView = z.object({
  id: uuid<CaseId>(),
  reference: text(200),
  officer: uuid<UserId>(),
  custodians: list(uuid<UserId>(), 100),
  state: z.enum(['awaiting-approval', 'open', 'expired', 'closed']),
  expiresAt: dateTime(),
  openedBy: uuid<UserId>(),
  openedAt: dateTime(),
  approvedBy: z.optional(uuid<UserId>()),
  approvedAt: z.optional(dateTime()),
  closedBy: z.optional(uuid<UserId>()),
  closedAt: z.optional(dateTime()),
});

const member = z.object({
  id: uuid<UserId>(),
  name: z.string(),
  email: z.string(),
  roles: z.array(role),
  active: z.boolean(),
});

const me = z.object({
  id: uuid<UserId>(),
  name: z.string(),
  email: z.string(),
  roles: z.array(role),
  organisation: z.object({ id: uuid<OrganisationId>(), name: z.string() }),
});

const invitation = z.object({ link: z.url(), expiresAt: dateTime() });

const domainView = z.object({
  domain: domainName,
  state: z.enum(['pending', 'verified']),
  claimedAt: dateTime(),
  /** The TXT record that proves a pending claim. */
  record: z.optional(z.object({ name: text(300), value: text(100) })),
  verifiedAt: z.optional(dateTime()),
  by: z.optional(z.enum(['dns', 'operator'])),
});

const memberPage = z.object({ items: z.array(member), next: z.optional(uuid<UserId>()) });

/** A function that needs keys (wires.md §10): on or off, and for administrators who switched it and which machines serve it. */
export type FunctionView = z.infer<typeof functionView>;
/** An eDiscovery case as administrators see it. Times are RFC 3339. */
export type CaseView = z.infer<typeof caseView>;
/** A domain that the organisation claims, and proved where it is verified (wires.md §13). Times are RFC 3339. */
export type DomainView = z.infer<typeof domainView>;
/** A person of one's own organisation as administrators see them. */
export type Member = z.infer<typeof member>;
/** How somebody invited chooses their first password: once, until then. */
export type Invitation = z.infer<typeof invitation>;
/** Who asks, as identity knows them. */
export type Me = z.infer<typeof me>;

const maxBytes = 1024 * 1024;

/** @throws CloisterError with a `wire/…` code */
export const parseFunctions = (input: Untrusted): readonly FunctionView[] =>
  parseWith(z.object({ items: z.array(functionView) }), input, maxBytes).items;
/** @throws CloisterError with a `wire/…` code */
export const parseCases = (input: Untrusted): readonly CaseView[] =>
  parseWith(z.object({ items: z.array(caseView) }), input, maxBytes).items;
/** @throws CloisterError with a `wire/…` code */
export const parseDomains = (input: Untrusted): readonly DomainView[] =>
  parseWith(z.object({ items: z.array(domainView) }), input, maxBytes).items;
/** @throws CloisterError with a `wire/…` code */
export const parseDomain = (input: Untrusted): DomainView => parseWith(domainView, input);
/** @throws CloisterError with a `wire/…` code */
export const parseInvitation = (input: Untrusted): Invitation => parseWith(invitation, input);
/** @throws CloisterError with a `wire/…` code */
export const parseMemberPage = (input: Untrusted): z.infer<typeof memberPage> => parseWith(memberPage, input, maxBytes);
/** @throws CloisterError with a `wire/…` code */
export const parseMe = (input: Untrusted): Me => parseWith(me, input);
