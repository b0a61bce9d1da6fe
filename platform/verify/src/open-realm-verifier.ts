import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { CloisterError, type ErrorCode, parseRealmTokenClaims, type RealmTokenClaims } from '@cloister/wire';
import { checkSignature, splitCompactJws } from './compact-jws.ts';
import { parsedOr } from './parsed-or.ts';
import { REALM_TOKEN_LIFE, REALM_TOKEN_TYPE } from './realm-token.ts';

const REFUSED = 'platform/invalid-token';
/** Clocks of two realms may differ by this many seconds. */
const SKEW = 10;

/** The realm that a token proves, once. @throws CloisterError `platform/invalid-token` */
export type RealmVerifier<Realm> = (jwt: string, options: { now: number }) => Realm;

/**
 * Verifies realm link tokens against the registered realms, and against those that joined, as they stand at that moment.
 * Each token passes once: its `jti` is remembered until it expires.
 * @throws CloisterError `config/invalid` when a registered link key is no Ed25519 key
 */
export function openRealmVerifier<Realm extends { readonly kmsHost: string; readonly linkKey: JsonWebKey }>(options: {
  realms: readonly Realm[];
  /** One that is not registered. */
  joined?: (kmsHost: string) => Realm | undefined;
  audience: RealmTokenClaims['aud'];
}): RealmVerifier<Realm> {
  const realms = new Map(options.realms.map((realm) => [realm.kmsHost, { realm, key: linkKey(realm) }]));
  const seen = new Map<string, number>();
  return (jwt, { now }) => {
    const seconds = now / 1000;
    const jws = splitCompactJws(jwt, REFUSED);
    const { iss, aud, iat, exp, jti } = parsedOr(REFUSED, () => parseRealmTokenClaims(jws.payload));
    const joined = realms.has(iss) ? undefined : options.joined?.(iss);
    const found = joined === undefined ? realms.get(iss) : { realm: joined, key: keyOr(REFUSED, joined) };
    if (found === undefined) throw new CloisterError(REFUSED);
    checkSignature(jws, { alg: 'EdDSA', typ: REALM_TOKEN_TYPE, key: found.key }, REFUSED);
    const timely = iat <= seconds + SKEW && exp > seconds - SKEW && exp - iat <= REALM_TOKEN_LIFE && exp > iat;
    if (aud !== options.audience || !timely) throw new CloisterError(REFUSED);
    forgetExpired(seen, seconds);
    const name = `${iss}\n${jti}`;
    if (seen.has(name)) throw new CloisterError(REFUSED);
    seen.set(name, exp + SKEW);
    return found.realm;
  };
}

/** Entries stand in the order they came, with lives of at most a minute: those at the front are the oldest. */
function forgetExpired(seen: Map<string, number>, seconds: number): void {
  for (const [name, until] of seen) {
    if (until >= seconds) return;
    seen.delete(name);
  }
}

function linkKey(realm: { kmsHost: string; linkKey: JsonWebKey }): KeyObject {
  const detail = `the link key of realm ${realm.kmsHost} is not an Ed25519 JWK`;
  return keyOr('config/invalid', realm, { detail });
}

function keyOr(refusal: ErrorCode, { linkKey: jwk }: { linkKey: JsonWebKey }, told?: { detail: string }): KeyObject {
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // The same answer for every unusable key.
  }
  throw new CloisterError(refusal, told);
}

/** Which realm a token says it is of; nothing is proven by that. @throws CloisterError `platform/invalid-token` */
export function claimedRealm(jwt: string): string {
  return parsedOr(REFUSED, () => parseRealmTokenClaims(splitCompactJws(jwt, REFUSED).payload)).iss;
}
