import type {
  Bytes,
  EcPublicJwk,
  KeyHandle,
  OaepAlgorithm,
  Primitives,
  PrivateJwk,
  PublicJwk,
  SignatureAlgorithm,
} from './primitives.ts';

const { subtle } = globalThis.crypto;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** WebCrypto: what browsers run. */
export const primitives: Primitives = {
  name: 'web',
  randomBytes: (length) => globalThis.crypto.getRandomValues(new Uint8Array(length)),
  nonce: () => globalThis.crypto.getRandomValues(new Uint8Array(NONCE_BYTES)),
  sha256: async (data) => new Uint8Array(await subtle.digest('SHA-256', plain(data))),
  async hmacSha256(key, data) {
    // WebCrypto refuses an empty HMAC key; HMAC pads keys with zeros (RFC 2104 §2), so one zero byte is the same key.
    const raw = key.length === 0 ? new Uint8Array(1) : plain(key);
    const handle = await subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    return new Uint8Array(await subtle.sign('HMAC', handle, plain(data)));
  },
  async hkdfSha256(ikm, salt, info, length) {
    const handle = await subtle.importKey('raw', plain(ikm), 'HKDF', false, ['deriveBits']);
    const params = { name: 'HKDF', hash: 'SHA-256', salt: plain(salt), info: plain(info) };
    return new Uint8Array(await subtle.deriveBits(params, handle, length * 8));
  },
  async gcmSeal(key, iv, aad, plaintext) {
    const sealed = new Uint8Array(await subtle.encrypt(gcm(iv, aad), await aesKey(key), plain(plaintext)));
    const end = sealed.length - TAG_BYTES;
    return { ciphertext: sealed.subarray(0, end), tag: sealed.subarray(end) };
  },
  async gcmOpen(key, iv, aad, { ciphertext, tag }) {
    if (tag.length !== TAG_BYTES || iv.length !== NONCE_BYTES || key.length !== KEY_BYTES) return null;
    const sealed = new Uint8Array(ciphertext.length + TAG_BYTES);
    sealed.set(ciphertext);
    sealed.set(tag, ciphertext.length);
    try {
      return new Uint8Array(await subtle.decrypt(gcm(iv, aad), await aesKey(key), sealed));
    } catch {
      return null;
    }
  },
  async importPublic(jwk) {
    const handle = new WebKey(jwk);
    // Imported once here so that a bad key fails where it enters; every later use finds it in the handle.
    await handle.as(jwk.kty === 'RSA' ? 'RSA-OAEP-256' : jwk.kty === 'EC' ? 'ECDH' : 'EdDSA');
    return handle;
  },
  async importPrivate(jwk) {
    const handle = new WebKey(jwk);
    await handle.as(jwk.kty === 'RSA' ? 'RSA-OAEP-256' : jwk.kty === 'EC' ? 'ECDH' : 'EdDSA');
    return handle;
  },
  adoptPrivate: (key) => new WebKey(key),
  async generateEc() {
    const pair = await subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
    const { x, y } = await subtle.exportKey('jwk', pair.publicKey);
    return { handle: new WebKey(pair.privateKey), publicJwk: { kty: 'EC', crv: 'P-256', x, y } as EcPublicJwk };
  },
  async ecdhP256(mine, theirs) {
    const params = { name: 'ECDH', public: await webKey(theirs).as('ECDH') };
    return new Uint8Array(await subtle.deriveBits(params, await webKey(mine).as('ECDH'), 256));
  },
  async oaepSeal(alg, key, secret) {
    return new Uint8Array(await subtle.encrypt('RSA-OAEP', await webKey(key).as(alg), plain(secret)));
  },
  async oaepOpen(alg, key, sealed) {
    try {
      return new Uint8Array(await subtle.decrypt('RSA-OAEP', await webKey(key).as(alg), plain(sealed)));
    } catch {
      return null;
    }
  },
  async sign(alg, key, data) {
    return new Uint8Array(await subtle.sign(SIGNING[alg], await webKey(key).as(alg), plain(data)));
  },
  async verify(alg, key, data, signature) {
    return subtle.verify(SIGNING[alg], await webKey(key).as(alg), plain(signature), plain(data));
  },
};

type Use = SignatureAlgorithm | OaepAlgorithm | 'ECDH';

/** RFC 7518 §3.3-3.5 (PS256: salt as long as the hash), RFC 8037 §3.1. */
const SIGNING = {
  PS256: { name: 'RSA-PSS', saltLength: 32 },
  RS256: { name: 'RSASSA-PKCS1-v1_5' },
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  EdDSA: { name: 'Ed25519' },
} as const;

/** RFC 7518 §4.3: JOSE's RSA-OAEP is OAEP with SHA-1. */
const IMPORTING: Record<
  Use,
  { params: RsaHashedImportParams | EcKeyImportParams | { name: string }; pub: KeyUsage[]; priv: KeyUsage[] }
> = {
  PS256: { params: { name: 'RSA-PSS', hash: 'SHA-256' }, pub: ['verify'], priv: ['sign'] },
  RS256: { params: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, pub: ['verify'], priv: ['sign'] },
  ES256: { params: { name: 'ECDSA', namedCurve: 'P-256' }, pub: ['verify'], priv: ['sign'] },
  EdDSA: { params: { name: 'Ed25519' }, pub: ['verify'], priv: ['sign'] },
  'RSA-OAEP': { params: { name: 'RSA-OAEP', hash: 'SHA-1' }, pub: ['encrypt'], priv: ['decrypt'] },
  'RSA-OAEP-256': { params: { name: 'RSA-OAEP', hash: 'SHA-256' }, pub: ['encrypt'], priv: ['decrypt'] },
  ECDH: { params: { name: 'ECDH', namedCurve: 'P-256' }, pub: [], priv: ['deriveBits'] },
};

/** WebCrypto ties a key to one algorithm; JOSE keys have several uses, so each use is imported on demand. */
class WebKey {
  readonly #source: PublicJwk | PrivateJwk | CryptoKey;
  readonly #uses = new Map<Use, CryptoKey>();

  constructor(source: PublicJwk | PrivateJwk | CryptoKey) {
    this.#source = source;
  }

  async as(use: Use): Promise<CryptoKey> {
    const source = this.#source;
    if (source instanceof CryptoKey) return source;
    const known = this.#uses.get(use);
    if (known !== undefined) return known;
    const { params, pub, priv } = IMPORTING[use];
    const handle = await subtle.importKey(
      'jwk',
      { ...source } as JsonWebKey,
      params,
      false,
      'd' in source ? priv : pub,
    );
    this.#uses.set(use, handle);
    return handle;
  }
}
const webKey = (handle: KeyHandle): WebKey => handle as WebKey;

const aesKeys = new WeakMap<Uint8Array, CryptoKey>();
/** One import per SecretKey: its bytes are one array for as long as it lives. */
async function aesKey(bytes: Uint8Array): Promise<CryptoKey> {
  const known = aesKeys.get(bytes);
  if (known !== undefined) return known;
  const handle = await subtle.importKey('raw', plain(bytes), 'AES-GCM', false, ['encrypt', 'decrypt']);
  aesKeys.set(bytes, handle);
  return handle;
}

const gcm = (iv: Uint8Array, aad: Uint8Array) => ({
  name: 'AES-GCM',
  iv: plain(iv),
  additionalData: plain(aad),
  tagLength: TAG_BYTES * 8,
});

const plain = (bytes: Uint8Array): Bytes => bytes as Bytes;
