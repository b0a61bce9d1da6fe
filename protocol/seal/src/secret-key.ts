import { base64url, CloisterError } from '@cloister/wire';
import { primitives } from '#primitives';

const KEY_BYTES = 32;

/** The key's own bytes, for the files of this package that hand them to the primitives. */
export let bytesOf: (key: SecretKey) => Uint8Array;

/**
 * A 256-bit symmetric key. Its bytes are reachable only through {@link SecretKey.reveal}: it prints as
 * `SecretKey(<kid>)`, serialises to `{}`, and can be wiped.
 */
export class SecretKey {
  /** The key's name on the wire: its `kms://` URI, or a local name for a key that has none. */
  readonly kid: string;
  #bytes: Uint8Array | null;

  private constructor(kid: string, bytes: Uint8Array) {
    this.kid = kid;
    this.#bytes = bytes;
  }

  /** Copies 32 bytes; the caller wipes its own. @throws CloisterError `seal/invalid-key` */
  static fromBytes(kid: string, bytes: Uint8Array): SecretKey {
    if (bytes.length !== KEY_BYTES) throw new CloisterError('seal/invalid-key', { detail: 'a key has 32 bytes' });
    return new SecretKey(kid, Uint8Array.from(bytes));
  }

  /** RFC 7518 §6.4, named by `kid` or else by the key's own. @throws CloisterError `seal/invalid-key` */
  static fromJwk(jwk: { readonly kty: string; readonly k: string; readonly kid?: string }, kid = jwk.kid): SecretKey {
    if (jwk.kty !== 'oct' || typeof jwk.k !== 'string' || !base64url.is(jwk.k) || typeof kid !== 'string') {
      throw new CloisterError('seal/invalid-key', { detail: 'not an oct JWK with a kid' });
    }
    const bytes = base64url.decode(jwk.k);
    const key = SecretKey.fromBytes(kid, bytes);
    bytes.fill(0);
    return key;
  }

  static generate(kid: string): SecretKey {
    return new SecretKey(kid, primitives.randomBytes(KEY_BYTES));
  }

  /** A copy of the key's bytes, for wrapping or for handing out inside a sealed reply. The caller wipes it. */
  reveal(): Uint8Array {
    return Uint8Array.from(bytesOf(this));
  }

  /** `{kty, k, kid}` as keys travel inside sealed KMS replies. */
  revealJwk(): { readonly kty: 'oct'; readonly k: string; readonly kid: string } {
    return { kid: this.kid, kty: 'oct', k: base64url.encode(bytesOf(this)) };
  }

  /** Overwrites the bytes. Every later use throws `seal/invalid-key`. */
  destroy(): void {
    this.#bytes?.fill(0);
    this.#bytes = null;
  }

  toString(): string {
    return `SecretKey(${this.kid})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  static {
    bytesOf = (key) => {
      if (key.#bytes === null) throw new CloisterError('seal/invalid-key', { detail: 'the key was wiped' });
      return key.#bytes;
    };
  }
}

/** A fresh content key. `kid` is the URI the KMS gives it. */
export const newContentKey = (kid: string): SecretKey => SecretKey.generate(kid);
