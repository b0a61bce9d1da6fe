import { constants, createCipheriv, generateKeyPairSync, publicEncrypt, randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PrivateJwk, RsaPublicJwk } from './primitives/primitives.ts';
import type { PrivateKey } from './private-key.ts';
import { sealOver, setNames } from './testing/primitive-sets.ts';
import { codeOf } from './testing/vectors.ts';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = pair.privateKey.export({ format: 'jwk' }) as unknown as PrivateJwk & RsaPublicJwk;
const KID = 'kms://kms.realm.example';

/** A JWE as a peer could make it: any bytes sealed to the key, any content key for the rest. */
function forge(wrapped: Uint8Array, contentKey: Uint8Array, alg = 'RSA-OAEP'): string {
  const header = Buffer.from(JSON.stringify({ enc: 'A256GCM', alg, kid: KID })).toString('base64url');
  const iv = randomBytes(12);
  const cipher = createCipheriv(contentKey.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm', contentKey, iv);
  cipher.setAAD(Buffer.from(header));
  const ciphertext = Buffer.concat([cipher.update('hello'), cipher.final()]);
  return [
    header,
    ...[wrapped, iv, ciphertext, cipher.getAuthTag()].map((b) => Buffer.from(b).toString('base64url')),
  ].join('.');
}
const oaep = (secret: Uint8Array, oaepHash = 'sha1') =>
  publicEncrypt({ key: pair.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, secret);

describe.each(setNames)('RSA-OAEP over %s primitives', (name) => {
  let seal: Awaited<ReturnType<typeof sealOver>>;
  let key: PrivateKey;
  beforeAll(async () => {
    seal = await sealOver(name);
    key = await seal.PrivateKey.fromJwk(KID, jwk);
  });

  it('seals with the published header: JOSE RSA-OAEP, which is SHA-1, and the key by kid (R306)', async () => {
    const message = await seal.sealRsaOaep({ jwk, kid: KID }, 'hello');
    const header = Buffer.from(message.split('.')[0] ?? '', 'base64url').toString();
    expect(header).toBe(`{"enc":"A256GCM","alg":"RSA-OAEP","kid":"${KID}"}`);
    expect(new TextDecoder().decode(await seal.openRsaOaep(key, message))).toBe('hello');
  });

  it('opens RSA-OAEP and RSA-OAEP-256 by another implementation', async () => {
    const secret = randomBytes(32);
    expect(await seal.openRsaOaep(key, forge(oaep(secret), secret))).toEqual(new TextEncoder().encode('hello'));
    const sha256 = forge(oaep(secret, 'sha256'), secret, 'RSA-OAEP-256');
    expect(await seal.openRsaOaep(key, sha256)).toEqual(new TextEncoder().encode('hello'));
  });

  it('gives one error for a bad padding, a key of the wrong size or hash, and a bad tag', async () => {
    const secret = randomBytes(32);
    const pkcs1 = publicEncrypt({ key: pair.publicKey, padding: constants.RSA_PKCS1_PADDING }, secret);
    const small = randomBytes(16);
    const messages = [
      forge(oaep(secret), randomBytes(32)),
      forge(oaep(secret, 'sha256'), secret),
      forge(pkcs1, secret),
      forge(oaep(small), small),
      forge(oaep(new Uint8Array()), secret),
      forge(randomBytes(256), secret),
      forge(randomBytes(7), secret),
    ];
    for (const message of messages) {
      const error = await seal.openRsaOaep(key, message).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ name: 'CloisterError', code: 'seal/open-failed', detail: undefined });
      expect(error).not.toHaveProperty('cause');
    }
  });

  it('refuses RSA1_5 and dir before it touches the key', async () => {
    const secret = randomBytes(32);
    const pkcs1 = publicEncrypt({ key: pair.publicKey, padding: constants.RSA_PKCS1_PADDING }, secret);
    expect(await codeOf(seal.openRsaOaep(key, forge(pkcs1, secret, 'RSA1_5')))).toBe('seal/unsupported-algorithm');
    expect(await codeOf(seal.openRsaOaep(key, forge(new Uint8Array(), secret, 'dir')))).toBe(
      'seal/unsupported-algorithm',
    );
  });

  it('does not seal to a small RSA key', async () => {
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
    const recipient = { jwk: small as unknown as RsaPublicJwk, kid: KID };
    expect(await codeOf(seal.sealRsaOaep(recipient, 'hello'))).toBe('seal/invalid-key');
  });
});
