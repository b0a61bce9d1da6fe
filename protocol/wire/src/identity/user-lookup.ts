import * as z from 'zod/mini';
import type { UserId } from '../ids.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { list, uuid } from '../json/schemas.ts';

const userLookup = list(z.object({ email: z.string().check(z.minLength(3), z.maxLength(320)) }), 100);

const userLookupResult = z.record(
  z.string(),
  z.looseObject({ id: z.optional(uuid<UserId>()), userExists: z.optional(z.boolean()) }),
);

/** `POST C/users`: people by e-mail (kms.md §3.6). Answered by identity, never by the core. */
export type UserLookup = z.infer<typeof userLookup>;
export type UserLookupResult = z.infer<typeof userLookupResult>;

/** @throws CloisterError with a `wire/…` code */
export const parseUserLookup = (input: Untrusted): UserLookup => parseWith(userLookup, input);
/** @throws CloisterError with a `wire/…` code */
export const parseUserLookupResult = (input: Untrusted): UserLookupResult => parseWith(userLookupResult, input);
