/** Who accepts a token (wires.md §2). */
export type Audience = 'identity' | 'core' | 'kms';

export const SCOPE_KMS = 'spark:kms';
export const SCOPE_PEOPLE = 'spark:people_read';
export const SCOPE_ALL = 'spark:all';

/** What a token may be granted; `openid` and `offline_access` ask for other things than access. */
export const accessScopes = [SCOPE_ALL, SCOPE_KMS, SCOPE_PEOPLE] as const;

/** The members of a scope parameter (RFC 6749 §3.3), without repeats; `undefined` when it is not one. */
export const parseScope = (text: unknown): ReadonlySet<string> | undefined => {
  if (typeof text !== 'string' || !/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(text))
    return undefined;
  return new Set(text.split(' '));
};

/**
 * The audience of a reduced token, or `undefined` when the reduction is not allowed: it must take something away, and no
 * token may open both the key server and anything else (R284).
 */
export const reducedAudience = (held: ReadonlySet<string>, wanted: ReadonlySet<string>): Audience | undefined => {
  if (wanted.size === 0 || wanted.size >= held.size || ![...wanted].every((scope) => held.has(scope))) return undefined;
  if (!wanted.has(SCOPE_KMS)) return wanted.size === 1 && wanted.has(SCOPE_PEOPLE) ? 'identity' : 'core';
  return wanted.size === 1 ? 'kms' : undefined;
};
