import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { CloisterError, type ErrorCode, type KmsHost } from '@cloister/wire';
import { checkSignature, splitCompactJws } from './compact-jws.ts';
import type { IdentityAddress } from './identity-fetch.ts';
import { parsedOr } from './parsed-or.ts';

/** Where identity is asked, by whom, and how its answers are known. */
export type IdentityOptions = IdentityAddress & {
  /** The `iss` that statements must carry. */
  readonly issuer: string;
  /** Identity's status key (Ed25519), pinned in the realm's configuration. */
  readonly statusKey: JsonWebKey;
  /** The realm's name and link key, to authenticate with. */
  readonly realm: { readonly issuer: KmsHost; readonly key: KeyObject };
};

/** A statement from further in the future than this comes from a wrong clock and would count for too long. */
const SKEW_MS = 10_000;

/** @throws CloisterError `config/invalid` when the pinned key is no Ed25519 JWK */
export function pinnedKey(jwk: JsonWebKey): KeyObject {
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // The same answer for every unusable key.
  }
  throw new CloisterError('config/invalid', { detail: "identity's status key is not an Ed25519 JWK" });
}

/** What identity stated in a compact JWS of one kind: of its key and issuer, and not of a time to come. */
export function openIdentityWord<Payload extends { readonly iss: string; readonly issuedAt: number }>(
  text: string,
  expected: {
    readonly key: KeyObject;
    readonly issuer: string;
    readonly typ: string;
    /** Milliseconds since 1970. */
    readonly now: number;
    readonly parse: (payload: Uint8Array) => Payload;
  },
  refusal: ErrorCode,
): Payload {
  const jws = splitCompactJws(text, refusal);
  checkSignature(jws, { alg: 'EdDSA', typ: expected.typ, key: expected.key }, refusal);
  const stated = parsedOr(refusal, () => expected.parse(jws.payload));
  const early = stated.issuedAt * 1000 > expected.now + SKEW_MS;
  if (stated.iss !== expected.issuer || early) throw new CloisterError(refusal);
  return stated;
}
