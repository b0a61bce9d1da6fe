import { hash, type KeyObject } from 'node:crypto';
import {
  type AccessTokenClaims,
  CloisterError,
  hasScope,
  type MachineId,
  parseAccessTokenClaims,
  scopes,
  type TokenAudience,
} from '@cloister/wire';
import { checkSignature, splitCompactJws } from './compact-jws.ts';
import { LONGEST_FEED_AGE_MS } from './is-stale.ts';
import { parsedOr } from './parsed-or.ts';
import { LONGEST_TOKEN_MS } from './status-directory.ts';
import type { StatusView } from './status-view.ts';

const REFUSED = 'platform/invalid-token';
const SKEW_MS = 10_000;

export type TokenExpectation = {
  audience: TokenAudience;
  /** A scope that the token must carry. */
  scope?: string;
  /** Whether machine accounts may do this too (docs/wires.md §10). Without it their tokens are refused. */
  machines?: boolean;
  /** Milliseconds since 1970. */
  now: number;
};

/**
 * The claims of an access token that is good now.
 * @throws CloisterError `platform/status-stale` when the feed is too old to say, `platform/invalid-token`,
 *   `platform/function-off` for a machine of a function that is switched off, `platform/insufficient-scope`
 */
export type TokenVerifier = (jwt: string, expected: TokenExpectation) => AccessTokenClaims;

/**
 * Verifies access tokens by the status feed: signature, issuer, audience, life, the session's, the person's or the machine's state.
 * A token whose signature was verified before is found again by its hash; everything that may change is decided each time.
 */
export function openTokenVerifier(options: {
  feed: StatusView;
  issuer: string;
  /** Milliseconds; beyond it nobody is believed. */
  longestAge?: number;
  remember?: number;
}): TokenVerifier {
  const { feed, issuer, longestAge = LONGEST_FEED_AGE_MS, remember = 10_000 } = options;
  const verified = new Map<string, { claims: AccessTokenClaims; kid: string; key: KeyObject }>();

  // The messages of a batch bring one token fifty times: hashed once.
  let last = { jwt: '', name: '' };
  const nameOf = (jwt: string): string => {
    if (jwt !== last.jwt) last = { jwt, name: hash('sha256', jwt, 'base64') };
    return last.name;
  };

  const believe = (jwt: string): AccessTokenClaims => {
    const name = nameOf(jwt);
    const known = verified.get(name);
    if (known !== undefined && feed.tokenKey(known.kid) === known.key) {
      verified.delete(name);
      verified.set(name, known);
      return known.claims;
    }
    const fresh = verifySignature(jwt, feed, issuer);
    verified.set(name, fresh);
    const [oldest] = verified.keys();
    if (verified.size > remember && oldest !== undefined) verified.delete(oldest);
    return fresh.claims;
  };

  return (jwt, { audience, scope, machines = false, now }) => {
    // Before anything else: without a fresh feed nobody can tell a good token from a revoked one.
    if (feed.age(now) > longestAge) throw new CloisterError('platform/status-stale');
    const claims = believe(jwt);
    if (claims.aud !== audience || !isTimely(claims, now) || feed.isRevoked(claims.sid))
      throw new CloisterError(REFUSED);
    if (claims.purpose === undefined ? !isPerson(claims, feed) : !(machines && isMachine(claims, feed)))
      throw new CloisterError(REFUSED);
    // docs/wires.md §2: a token for a KMS has "scope exactly `spark:kms`".
    if (audience === 'kms' && claims.scope !== scopes.kms) throw new CloisterError(REFUSED);
    // R342: a token in hand is worth nothing from the moment the function is switched off.
    if (claims.purpose !== undefined && !feed.isEnabled(claims.realm, claims.purpose))
      throw new CloisterError('platform/function-off');
    if (scope !== undefined && !hasScope(claims, scope)) throw new CloisterError('platform/insufficient-scope');
    return claims;
  };
}

function verifySignature(jwt: string, feed: StatusView, issuer: string) {
  const jws = splitCompactJws(jwt, REFUSED);
  const { kid } = jws.header;
  const key = kid === undefined ? undefined : feed.tokenKey(kid);
  if (kid === undefined || key === undefined) throw new CloisterError(REFUSED);
  checkSignature(jws, { alg: 'ES256', typ: 'at+jwt', key }, REFUSED);
  const claims = parsedOr(REFUSED, () => parseAccessTokenClaims(jws.payload));
  if (claims.iss !== issuer) throw new CloisterError(REFUSED);
  return { claims, kid, key };
}

function isTimely({ iat, exp }: AccessTokenClaims, now: number): boolean {
  return exp * 1000 > now && iat * 1000 <= now + SKEW_MS && (exp - iat) * 1000 <= LONGEST_TOKEN_MS;
}

/** A person, active in the organisation that the token names. */
function isPerson({ sub, realm }: AccessTokenClaims, feed: StatusView): boolean {
  const person = feed.person(sub);
  return person?.active === true && person.organisationId === realm;
}

/** A machine account, active in the organisation and for the purpose that the token names (R341). */
function isMachine({ sub, realm, purpose }: AccessTokenClaims, feed: StatusView): boolean {
  const machine = feed.machine(sub as string as MachineId);
  return machine?.active === true && machine.organisationId === realm && machine.purpose === purpose;
}
