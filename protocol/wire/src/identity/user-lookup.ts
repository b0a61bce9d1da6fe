import * as z from 'zod/mini';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { list } from '../json/schemas.ts';

const userLookup = list(z.object({ email: z.string().check(z.minLength(3), z.maxLength(320)) }), 100);

/** `POST C/users`: people by e-mail (kms.md §3.6). Answered by identity, never by the core. */
export type UserLookup = z.infer<typeof userLookup>;

/** @throws CloisterError with a `wire/…` code */
export const parseUserLookup = (input: Untrusted): UserLookup => parseWith(userLookup, input);
