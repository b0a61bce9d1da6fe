import { CloisterError } from '@cloister/wire';
import { primitives } from '#primitives';
import type { EcPublicJwk, KeyHandle, PrivateJwk, PublicJwk } from './primitives/primitives.ts';
import { importPublicKey, publicPart } from './public-key.ts';

/** For the files of this package that hand the key to the primitives. */
export let handleOf: (key: PrivateKey) => KeyHandle;

/** An RSA, P-256 or Ed25519 private key. Opaque: prints as `PrivateKey(<kid>)`, and nothing gives its secret back. */
export class PrivateKey {
  readonly kid: string;
  /** The public half, without `kid`, `use` or `alg`. */
  readonly publicJwk: PublicJwk;
  readonly #handle: KeyHandle;

  private constructor(kid: string, publicJwk: PublicJwk, handle: KeyHandle) {
    this.kid = kid;
    this.publicJwk = publicJwk;
    this.#handle = handle;
  }

  /** @throws CloisterError `seal/invalid-key` for a key that is malformed, off its curve or of another kind. */
  static async fromJwk(kid: string, jwk: PrivateJwk): Promise<PrivateKey> {
    const publicJwk = publicPart(jwk);
    await importPublicKey(publicJwk);
    try {
      return new PrivateKey(kid, publicJwk, await primitives.importPrivate(privatePart(jwk)));
    } catch {
      // No cause: a parser's message may quote the key.
      throw new CloisterError('seal/invalid-key', { detail: 'not a private key' });
    }
  }

  /** Takes over a WebCrypto key, also a non-extractable one, for the one use it was made for. */
  static fromCryptoKey(kid: string, key: CryptoKey, publicJwk: PublicJwk): PrivateKey {
    return new PrivateKey(kid, publicPart(publicJwk), primitives.adoptPrivate(key));
  }

  /** A fresh P-256 key for one key agreement. */
  static async generateEphemeral(kid: string): Promise<PrivateKey & { readonly publicJwk: EcPublicJwk }> {
    const { handle, publicJwk } = await primitives.generateEc();
    return new PrivateKey(kid, publicPart(publicJwk), handle) as PrivateKey & { readonly publicJwk: EcPublicJwk };
  }

  toString(): string {
    return `PrivateKey(${this.kid})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  static {
    handleOf = (key) => key.#handle;
  }
}

/** The key's own members, without `use`, `alg` and `key_ops`: WebCrypto would hold the key to them. */
function privatePart(jwk: PrivateJwk): PrivateJwk {
  const { d, p, q, dp, dq, qi } = jwk;
  const factors = Object.entries({ p, q, dp, dq, qi }).filter(([, value]) => value !== undefined);
  return { ...publicPart(jwk), d, ...Object.fromEntries(factors) };
}
