import * as z from 'zod/mini';
import type { OrganisationId, SessionId, UserId } from '../ids.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { base64urlOf, numericDate, text, uuid } from '../json/schemas.ts';
import { isKmsHost, type KmsHost } from '../kms-uri/kms-host.ts';
import { purpose } from './purpose.ts';

/** Who accepts a token. @see docs/wires.md §2 */
export const tokenAudience = z.enum(['core', 'kms', 'identity']);

const thumbprint = base64urlOf(32);

const accessTokenClaims = z.object({
  iss: text(1024),
  sub: uuid<UserId>(),
  realm: uuid<OrganisationId>(),
  sid: uuid<SessionId>(),
  aud: tokenAudience,
  scope: z.string().check(z.maxLength(4096)),
  iat: numericDate(),
  exp: numericDate(),
  jti: text(256),
  client_id: text(256),
  /** What a machine's token is for; people's have none (wires.md §10). */
  purpose: z.optional(purpose),
  /** The key the token is bound to, by its RFC 7638 thumbprint (RFC 9449 §6.1). */
  cnf: z.optional(z.object({ jkt: thumbprint })),
});

const realmTokenClaims = z.object({
  iss: z.custom<KmsHost>(isKmsHost),
  aud: z.enum(['core', 'identity']),
  iat: numericDate(),
  exp: numericDate(),
  jti: text(256),
});

const kmsProofClaims = z.object({
  ath: thumbprint,
  channel: thumbprint,
  aud: z.custom<KmsHost>(isKmsHost),
  iat: numericDate(),
});

export type TokenAudience = z.infer<typeof tokenAudience>;
/** The claims of an access token that identity signed. */
export type AccessTokenClaims = z.infer<typeof accessTokenClaims>;
/** The claims by which a security realm authenticates itself (wires.md §4). */
export type RealmTokenClaims = z.infer<typeof realmTokenClaims>;
/** The claims of the proof that binds a KMS token to a channel (wires.md §2). */
export type KmsProofClaims = z.infer<typeof kmsProofClaims>;

/** The scopes there are. */
export const scopes = {
  all: 'spark:all',
  kms: 'spark:kms',
  people: 'spark:people_read',
  openId: 'openid',
  offline: 'offline_access',
} as const;

const maxBytes = 16 * 1024;

/** @throws CloisterError with a `wire/…` code */
export const parseAccessTokenClaims = (input: Untrusted): AccessTokenClaims =>
  parseWith(accessTokenClaims, input, maxBytes);
/** @throws CloisterError with a `wire/…` code */
export const parseRealmTokenClaims = (input: Untrusted): RealmTokenClaims =>
  parseWith(realmTokenClaims, input, maxBytes);
/** @throws CloisterError with a `wire/…` code */
export const parseKmsProofClaims = (input: Untrusted): KmsProofClaims => parseWith(kmsProofClaims, input, maxBytes);

/** Whether a scope string grants a scope. */
export const hasScope = (claims: Pick<AccessTokenClaims, 'scope'>, scope: string): boolean =>
  claims.scope.split(' ').includes(scope);
