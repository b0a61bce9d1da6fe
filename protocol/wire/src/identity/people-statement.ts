import * as z from 'zod/mini';
import type { OrganisationId, UserId } from '../ids.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { integer, list, numericDate, text, uuid } from '../json/schemas.ts';
import { isKmsHost, type KmsHost } from '../kms-uri/kms-host.ts';

/** Most people of one question, and so of one statement (wires.md §13). */
export const mostPeopleAsked = 100;

/** The `typ` of the signed statement. */
export const peopleStatementType = 'cloister-people+jws';

/** The shape of a question about people. */
export const peopleQuestion = z.object({ ids: list(uuid<UserId>(), mostPeopleAsked).check(z.minLength(1)) });

/** An entry of the feed that made somebody active or inactive, and who made it. */
const turn = {
  entry: integer(1, Number.MAX_SAFE_INTEGER),
  by: z.optional(z.object({ kind: z.literal('person'), id: uuid<UserId>() })),
};

/** A person as the feed tells of them to their own realm, roles aside. */
const statedPerson = z.object({
  id: uuid<UserId>(),
  organisationId: uuid<OrganisationId>(),
  active: z.boolean(),
  ...turn,
  /** Of somebody who is active again: what made them inactive last. */
  left: z.optional(z.object(turn)),
});

/** The shape of the answer to it. */
export const peopleStatement = z.object({
  iss: text(1024),
  /** The realm that asked; nobody else need believe it. */
  aud: z.custom<KmsHost>(isKmsHost),
  issuedAt: numericDate(),
  people: list(statedPerson, mostPeopleAsked),
});

/** Whom a realm asks about. */
export type PeopleQuestion = z.infer<typeof peopleQuestion>;
/** What identity says of one person to a realm that is not theirs. */
export type StatedPerson = z.infer<typeof statedPerson>;
/** Identity's word on some people, for one realm. Time is seconds since 1970. */
export type PeopleStatement = z.infer<typeof peopleStatement>;

/** @throws CloisterError with a `wire/…` code */
export const parsePeopleQuestion = (input: Untrusted): PeopleQuestion => parseWith(peopleQuestion, input);
/** @throws CloisterError with a `wire/…` code */
export const parsePeopleStatement = (input: Untrusted): PeopleStatement => parseWith(peopleStatement, input);
