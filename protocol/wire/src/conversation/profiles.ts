import * as z from 'zod/mini';
import type { UserId } from '../ids.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { list, text, uuid } from '../json/schemas.ts';

/** How many people an entry may describe, and how long that may be when it is sealed, in characters (wires.md §13). */
export const maxProfiles = 50;
export const maxSealedProfiles = 6 * 1024;

/** What somebody is called. It travels sealed, since no server that carries it may know it. */
export interface Profile {
  readonly id: UserId;
  readonly name: string;
}

/** Ends of lines, control characters and whatever turns the direction of a text around hide who is who on a screen. */
const misleading = /[\p{Cc}\p{Zl}\p{Zp}\u{061c}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]/u;

/** Whether a name can stand beside others in a line of text: something to see, and nothing that rearranges it. */
export const isProfileName = (value: string): boolean =>
  value.length <= 200 && !misleading.test(value) && /[\p{L}\p{N}\p{P}\p{S}]/u.test(value);

const profile = z.object({ id: uuid<UserId>(), name: text(200).check(z.refine(isProfileName)) });
const profiles = list(profile, maxProfiles);

/**
 * Whom an entry's sealed `cloister.people` describes, once it is opened.
 * @throws CloisterError with a `wire/…` code: of a list that is not as described nobody is believed
 */
export const parseProfiles = (input: Untrusted): readonly Profile[] => parseWith(profiles, input, maxSealedProfiles);
