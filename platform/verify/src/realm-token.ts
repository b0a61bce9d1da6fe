import { type KeyObject, randomUUID } from 'node:crypto';
import type { KmsHost, RealmTokenClaims } from '@cloister/wire';
import { signEdDsa } from './compact-jws.ts';

/** RFC 8725 §3.11: a type of its own, so that no other token passes for it. */
export const REALM_TOKEN_TYPE = 'cloister-realm+jwt';

/** Longest life of a realm token in seconds. */
export const REALM_TOKEN_LIFE = 60;

/**
 * A fresh token for one connection or request.
 * @param now milliseconds since 1970
 */
export function signRealmToken(options: {
  key: KeyObject;
  /** The realm's KMS host, or the host name under which identity knows a realm without one. */
  issuer: KmsHost;
  audience: RealmTokenClaims['aud'];
  now: number;
  jti?: string;
}): string {
  const iat = Math.floor(options.now / 1000);
  const claims: RealmTokenClaims = {
    iss: options.issuer,
    aud: options.audience,
    iat,
    exp: iat + REALM_TOKEN_LIFE,
    jti: options.jti ?? randomUUID(),
  };
  return signEdDsa({ typ: REALM_TOKEN_TYPE }, claims, options.key);
}
