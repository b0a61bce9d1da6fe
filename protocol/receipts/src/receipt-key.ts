import { base64url, CloisterError } from '@cloister/wire';

/** A Node `KeyObject`, by the one method that is used; so that browsers need no Node types. */
interface NodeKey {
  toCryptoKey(algorithm: { name: 'Ed25519' }, extractable: boolean, usages: ('sign' | 'verify')[]): object;
}

/** An Ed25519 key to sign or to verify with: a WebCrypto key, or a Node `KeyObject`. */
export type ReceiptKey = CryptoKey | NodeKey;

/** The public half as realms register it with the core (wires.md §4). */
export interface ReceiptPublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
}

const algorithm = { name: 'Ed25519' } as const;

/** The WebCrypto form of a key, checked to be Ed25519 and meant for this use. */
export const cryptoKeyFor = (key: ReceiptKey, usage: 'sign' | 'verify'): CryptoKey => {
  try {
    const ready = 'toCryptoKey' in key ? (key.toCryptoKey(algorithm, false, [usage]) as CryptoKey) : key;
    if (ready.algorithm.name === 'Ed25519' && ready.usages.includes(usage)) return ready;
  } catch {
    // Falls through: a key of another kind or half.
  }
  throw new CloisterError('seal/invalid-key', { detail: `not an Ed25519 key that may ${usage}` });
};

/**
 * The key to verify receipts with, from the registered JWK.
 * @throws CloisterError `seal/invalid-key`
 */
export const importReceiptPublicKey = async (jwk: ReceiptPublicJwk): Promise<CryptoKey> => {
  const valid = jwk.kty === 'OKP' && jwk.crv === 'Ed25519' && typeof jwk.x === 'string' && base64url.is(jwk.x);
  const bytes = valid ? base64url.decode(jwk.x) : new Uint8Array();
  if (bytes.length !== 32) throw new CloisterError('seal/invalid-key', { detail: 'not an Ed25519 public key' });
  try {
    // It is public: servers take it over as a key of Node.
    return await crypto.subtle.importKey('raw', bytes, algorithm, true, ['verify']);
  } catch {
    throw new CloisterError('seal/invalid-key', { detail: 'not an Ed25519 public key' });
  }
};
