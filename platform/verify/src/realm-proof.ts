import { createHash, createPublicKey, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { base64url, CloisterError, parseRealmProof, type RealmProof, realmProofType } from '@cloister/wire';
import { type Algorithm, checkSignature, splitCompactJws } from './compact-jws.ts';
import { parsedOr } from './parsed-or.ts';

const REFUSED = 'identity/invalid-proof';

/**
 * The name of a public key, from its required members alone.
 * @see {@link https://www.rfc-editor.org/rfc/rfc7638#section-3 RFC 7638 §3}, RFC 8037 §2 for Ed25519
 */
export function keyThumbprint(jwk: JsonWebKey): string {
  const { crv, kty, x, y } = jwk;
  const canonical = JSON.stringify(kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x });
  return base64url.encode(createHash('sha256').update(canonical).digest());
}

/** A key server's statement, signed by each of some keys: Ed25519 ones and P-256 ones (wires.md §13). */
export function signRealmProofs(statement: RealmProof, keys: readonly KeyObject[]): string[] {
  const payload = base64url.encode(Buffer.from(JSON.stringify(statement)));
  return keys.map((key) => {
    const alg = algorithmOf(key);
    const kid = keyThumbprint(createPublicKey(key).export({ format: 'jwk' }));
    const header = base64url.encode(Buffer.from(JSON.stringify({ alg, kid, typ: realmProofType })));
    const bytes = Buffer.from(`${header}.${payload}`);
    const signature =
      alg === 'EdDSA' ? sign(null, bytes, key) : sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });
    return `${header}.${payload}.${base64url.encode(signature)}`;
  });
}

/**
 * What a key server stated, if every one of the keys signed the very same statement. Proofs by other keys are ignored.
 * @throws CloisterError `identity/invalid-proof`, whatever is wrong
 */
export function openRealmProofs(proofs: readonly string[], keys: readonly JsonWebKey[]): RealmProof {
  const split = proofs.map((proof) => splitCompactJws(proof, REFUSED));
  const payloads = keys.map((jwk) => {
    const kid = keyThumbprint(jwk);
    const jws = split.find(({ header }) => header.kid === kid);
    const key = publicKeyOf(jwk);
    if (jws === undefined || key === null) throw new CloisterError(REFUSED);
    checkSignature(jws, { alg: algorithmOf(key), typ: realmProofType, key }, REFUSED);
    return Buffer.from(jws.payload);
  });
  const [first] = payloads;
  if (first === undefined || payloads.some((payload) => !payload.equals(first))) throw new CloisterError(REFUSED);
  return parsedOr(REFUSED, () => parseRealmProof(first));
}

const algorithmOf = (key: KeyObject): Algorithm => (key.asymmetricKeyType === 'ed25519' ? 'EdDSA' : 'ES256');

function publicKeyOf(jwk: JsonWebKey): KeyObject | null {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return null;
  }
}
