import type { JsonWebKey, SigningOptions } from 'node:crypto';
import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  sign as cryptoSign,
  verify as cryptoVerify,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  randomFillSync,
} from 'node:crypto';
import type {
  Bytes,
  EcPublicJwk,
  GcmSealed,
  KeyHandle,
  OaepAlgorithm,
  Primitives,
  SignatureAlgorithm,
} from './primitives.ts';
import { primitives as web } from './web.ts';

const TAG_BYTES = 16;
const GCM = { authTagLength: TAG_BYTES };
const NONCE_BYTES = 12;

// Nonces are public, so they may come from a shared pool: one system call for 341 of them.
const pool = Buffer.alloc(NONCE_BYTES * 341);
let used = pool.length;

/** Synchronous node:crypto: what servers and the command line run. */
export const primitives: Primitives = {
  name: 'node',
  randomBytes: (length) => own(randomBytes(length)),
  nonce() {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += NONCE_BYTES;
    return own(Buffer.from(pool.subarray(used - NONCE_BYTES, used)));
  },
  sha256: (data) => own(createHash('sha256').update(data).digest()),
  hmacSha256: (key, data) => own(createHmac('sha256', key).update(data).digest()),
  hkdfSha256: (ikm, salt, info, length) => new Uint8Array(hkdfSync('sha256', ikm, salt, info, length)),
  gcmSeal(key, iv, aad, plaintext) {
    const cipher = createCipheriv('aes-256-gcm', secretKey(key), iv, GCM);
    cipher.setAAD(aad);
    const ciphertext = cipher.update(plaintext);
    cipher.final();
    return { ciphertext, tag: cipher.getAuthTag() };
  },
  gcmOpen(key, iv, aad, { ciphertext, tag }: GcmSealed) {
    if (iv.length !== NONCE_BYTES) return null;
    try {
      const decipher = createDecipheriv('aes-256-gcm', secretKey(key), iv, GCM);
      decipher.setAAD(aad);
      decipher.setAuthTag(tag);
      const plaintext = decipher.update(ciphertext);
      decipher.final();
      return own(plaintext);
    } catch {
      return null;
    }
  },
  importPublic: (jwk) => createPublicKey({ key: jwk as unknown as JsonWebKey, format: 'jwk' }),
  importPrivate: (jwk) => createPrivateKey({ key: jwk as unknown as JsonWebKey, format: 'jwk' }),
  // Node deprecates KeyObjects over keys that cannot be extracted, so such a key stays with WebCrypto.
  adoptPrivate: (key) => key,
  generateEc() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return { handle: privateKey, publicJwk: publicKey.export({ format: 'jwk' }) as unknown as EcPublicJwk };
  },
  ecdhP256: (mine, theirs) => own(diffieHellman({ privateKey: keyObject(mine), publicKey: keyObject(theirs) })),
  oaepSeal: (alg, key, secret) => own(publicEncrypt({ key: keyObject(key), ...oaep(alg) }, secret)),
  oaepOpen(alg, key, sealed) {
    try {
      return own(privateDecrypt({ key: keyObject(key), ...oaep(alg) }, sealed));
    } catch {
      return null;
    }
  },
  sign: (alg, key, data) =>
    key instanceof CryptoKey
      ? web.sign(alg, web.adoptPrivate(key), data)
      : own(cryptoSign(digest(alg), data, { key: keyObject(key), ...SIGNING[alg] })),
  verify: (alg, key, data, signature) =>
    cryptoVerify(digest(alg), data, { key: keyObject(key), ...SIGNING[alg] }, signature),
};

/** RFC 7518 §3.3, §3.5 (PS256: salt as long as the hash), §3.4 (ES256: r || s), RFC 8037 §3.1. */
const SIGNING: Record<SignatureAlgorithm, SigningOptions> = {
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
  RS256: { padding: constants.RSA_PKCS1_PADDING },
  ES256: { dsaEncoding: 'ieee-p1363' },
  EdDSA: {},
};
const digest = (alg: SignatureAlgorithm): string | null => (alg === 'EdDSA' ? null : 'sha256');

/** RFC 7518 §4.3: JOSE's RSA-OAEP is OAEP with SHA-1. */
const oaep = (alg: OaepAlgorithm) => ({
  padding: constants.RSA_PKCS1_OAEP_PADDING,
  oaepHash: alg === 'RSA-OAEP' ? 'sha1' : 'sha256',
});

const secretKeys = new WeakMap<Uint8Array, KeyObject>();
/** One KeyObject per SecretKey, whose bytes are one array: node takes raw bytes three times slower (measured, v24.21). */
function secretKey(bytes: Uint8Array): KeyObject {
  let key = secretKeys.get(bytes);
  if (key === undefined) {
    key = createSecretKey(bytes);
    secretKeys.set(bytes, key);
  }
  return key;
}

const keyObject = (handle: KeyHandle): KeyObject => handle as KeyObject;
/** A plain Uint8Array over the same memory: Buffer's own methods differ from Uint8Array's. */
const own = (buffer: Buffer): Bytes =>
  new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.byteLength);
