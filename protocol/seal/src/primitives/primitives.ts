/** What JOSE needs from a crypto library, and no more. `node.ts` and `web.ts` implement it; `#primitives` picks one. */
export type Awaitable<T> = T | Promise<T>;

/** Bytes that WebCrypto accepts: never backed by shared memory. */
export type Bytes = Uint8Array<ArrayBuffer>;

export interface EcPublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
}
export interface RsaPublicJwk {
  readonly kty: 'RSA';
  readonly n: string;
  readonly e: string;
}
export interface EdPublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
}
export type PublicJwk = EcPublicJwk | RsaPublicJwk | EdPublicJwk;
/** A private key as a file or a message holds it; whether its members make a key is checked when it is imported. */
export type PrivateJwk = { readonly kty: string; readonly d: string } & {
  readonly [Member in 'crv' | 'x' | 'y' | 'n' | 'e' | 'p' | 'q' | 'dp' | 'dq' | 'qi']?: string | undefined;
};

export type SignatureAlgorithm = 'PS256' | 'RS256' | 'ES256' | 'EdDSA';
export type OaepAlgorithm = 'RSA-OAEP' | 'RSA-OAEP-256';

/** A key as the implementation likes to hold it; only the implementation that made it may look inside. */
export type KeyHandle = object;

export interface Primitives {
  readonly name: 'node' | 'web';
  randomBytes(length: number): Bytes;
  /** A fresh 96-bit nonce for AES-GCM. */
  nonce(): Bytes;
  sha256(data: Uint8Array): Awaitable<Bytes>;
  hmacSha256(key: Uint8Array, data: Uint8Array): Awaitable<Bytes>;
  hkdfSha256(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Awaitable<Bytes>;
  /** AES-256-GCM, 96-bit nonce, 128-bit tag. */
  gcmSeal(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Awaitable<GcmSealed>;
  /** The plaintext, or null for anything that is not authentic. */
  gcmOpen(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, sealed: GcmSealed): Awaitable<Bytes | null>;
  /** Throws for a key that is malformed or off its curve. */
  importPublic(jwk: PublicJwk): Awaitable<KeyHandle>;
  importPrivate(jwk: PrivateJwk): Awaitable<KeyHandle>;
  /** Takes over a WebCrypto private key, also a non-extractable one. */
  adoptPrivate(key: CryptoKey): KeyHandle;
  generateEc(): Awaitable<{ readonly handle: KeyHandle; readonly publicJwk: EcPublicJwk }>;
  ecdhP256(mine: KeyHandle, theirs: KeyHandle): Awaitable<Bytes>;
  oaepSeal(alg: OaepAlgorithm, key: KeyHandle, secret: Uint8Array): Awaitable<Bytes>;
  /** The secret, or null for anything that does not decrypt. */
  oaepOpen(alg: OaepAlgorithm, key: KeyHandle, sealed: Uint8Array): Awaitable<Bytes | null>;
  sign(alg: SignatureAlgorithm, key: KeyHandle, data: Uint8Array): Awaitable<Bytes>;
  verify(alg: SignatureAlgorithm, key: KeyHandle, data: Uint8Array, signature: Uint8Array): Awaitable<boolean>;
}

export interface GcmSealed {
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}
