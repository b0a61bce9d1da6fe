import type { JsonWebKey } from 'node:crypto';
import { openEd } from './jws.ts';

/** Judges the tokens by which a realm says who it is (wires.md §4). */
export class RealmTokens {
  readonly #linkKey: JsonWebKey;
  readonly #kmsHost: string;
  readonly #seen = new Set<unknown>();

  constructor(kmsHost: string, linkKey: JsonWebKey) {
    this.#kmsHost = kmsHost;
    this.#linkKey = linkKey;
  }

  /** What is wrong with an authorization header, or null. */
  fault(authorization: string | undefined, audience: string): string | null {
    if (authorization?.startsWith('Bearer ') !== true) return 'no bearer token';
    const opened = openEd(authorization.slice('Bearer '.length), this.#linkKey);
    if (opened === null) return 'a token that the link key did not sign';
    const { header, claims } = opened;
    const [iat, exp, now] = [Number(claims.iat), Number(claims.exp), Date.now() / 1000];
    if (header.alg !== 'EdDSA' || header.typ !== 'cloister-realm+jwt') return 'a token of another kind';
    if (claims.iss !== this.#kmsHost || claims.aud !== audience) return 'a token of or for somebody else';
    if (!(exp > now && exp - iat <= 60 && Math.abs(now - iat) <= 60)) return 'a token of another time';
    if (typeof claims.jti !== 'string' || this.#seen.has(claims.jti)) return 'a token that was used before';
    this.#seen.add(claims.jti);
    return null;
  }
}
