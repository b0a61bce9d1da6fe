import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { VerificationKey } from './jws.ts';
import type { PrivateJwk, SignatureAlgorithm } from './primitives/primitives.ts';
import { sealOver, setNames } from './testing/primitive-sets.ts';
import { codeOf } from './testing/vectors.ts';

const RUNS = Number(process.env.CLOISTER_RUNS ?? 100);
const jwkOf = (pair: { privateKey: { export(o: { format: 'jwk' }): unknown } }) =>
  pair.privateKey.export({ format: 'jwk' }) as PrivateJwk;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwks: Record<SignatureAlgorithm, PrivateJwk> = {
  PS256: jwkOf(rsa),
  RS256: jwkOf(rsa),
  ES256: jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' })),
  EdDSA: jwkOf(generateKeyPairSync('ed25519')),
};
const algorithms = Object.keys(jwks) as SignatureAlgorithm[];
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe.each(setNames)('JWS over %s primitives', (name) => {
  let seal: Awaited<ReturnType<typeof sealOver>>;
  beforeAll(async () => {
    seal = await sealOver(name);
  });

  it.each(algorithms)('signs %s so that its public key alone verifies it', async (alg) => {
    const key = await seal.PrivateKey.fromJwk('kms://kms.realm.example', jwks[alg]);
    const jws = await seal.signCompact({ key, alg }, '{"status":201}');
    expect(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString()).toBe(
      `{"alg":"${alg}","kid":"kms://kms.realm.example"}`,
    );
    const keys = { 'kms://kms.realm.example': key.publicJwk };
    const verified = await seal.verifyCompact(jws, { keys, algorithms: [alg] });
    expect(new TextDecoder().decode(verified.payload)).toBe('{"status":201}');

    const [header, , signature] = jws.split('.');
    const forged = `${header}.${part({ status: 200 })}.${signature}`;
    expect(await codeOf(seal.verifyCompact(forged, { keys, algorithms: [alg] }))).toBe('seal/invalid-signature');
    const bare = jws.replace(/[^.]+$/, '');
    expect(await codeOf(seal.verifyCompact(bare, { keys, algorithms: [alg] }))).toBe('seal/invalid-signature');
  });

  it('signs PS256 unless told otherwise (R306)', async () => {
    const key = await seal.PrivateKey.fromJwk('k', jwks.PS256);
    expect(seal.parseJws(await seal.signCompact({ key }, 'x')).alg).toBe('PS256');
  });

  it('refuses an algorithm that was not asked for, whatever the header says', async () => {
    const key = await seal.PrivateKey.fromJwk('k', jwks.RS256);
    const jws = await seal.signCompact({ key, alg: 'RS256' }, 'x');
    const keys = { k: key.publicJwk };
    expect(await codeOf(seal.verifyCompact(jws, { keys, algorithms: ['PS256'] }))).toBe('seal/unsupported-algorithm');
    const none = `${part({ alg: 'none', kid: 'k' })}.${part({})}.`;
    expect(await codeOf(seal.verifyCompact(none, { keys, algorithms }))).toBe('seal/unsupported-algorithm');
  });

  it('never uses a key for the algorithm of another kind of key', async () => {
    const ec = await seal.PrivateKey.fromJwk('k', jwks.ES256);
    const jws = await seal.signCompact({ key: ec, alg: 'ES256' }, 'x');
    const keys = { k: (await seal.PrivateKey.fromJwk('k', jwks.PS256)).publicJwk };
    expect(await codeOf(seal.verifyCompact(jws, { keys, algorithms }))).toBe('seal/invalid-signature');
    expect(await codeOf(seal.signCompact({ key: ec }, 'x'))).toBe('seal/invalid-key');
  });

  it('refuses a kid that was not given, also one that names a property of objects', async () => {
    const key = await seal.PrivateKey.fromJwk('k', jwks.ES256);
    const keys = { k: key.publicJwk };
    for (const kid of ['other', 'constructor', '__proto__', undefined]) {
      const jws = await seal.signCompact({ key, alg: 'ES256', header: { kid } }, 'x');
      expect(await codeOf(seal.verifyCompact(jws, { keys, algorithms }))).toBe('seal/invalid-signature');
    }
  });

  it('refuses a key that its owner kept for another use or algorithm', async () => {
    const key = await seal.PrivateKey.fromJwk('k', jwks.PS256);
    const jws = await seal.signCompact({ key }, 'x');
    const verify = (limits: Partial<VerificationKey>) =>
      codeOf(seal.verifyCompact(jws, { keys: { k: { ...key.publicJwk, ...limits } as VerificationKey }, algorithms }));
    expect(await verify({})).toBe('no error');
    expect(await verify({ use: 'sig', alg: 'PS256' })).toBe('no error');
    expect(await verify({ use: 'enc' })).toBe('seal/invalid-signature');
    expect(await verify({ alg: 'RS256' })).toBe('seal/invalid-signature');
  });

  it('refuses another typ, critical extensions and unencoded payloads', async () => {
    const key = await seal.PrivateKey.fromJwk('k', jwks.ES256);
    const check = async (header: Record<string, unknown>, typ?: string) => {
      const jws = await seal.signCompact({ key, alg: 'ES256', header }, 'x');
      const rules = { keys: { k: key.publicJwk }, algorithms, ...(typ === undefined ? {} : { typ }) };
      return codeOf(seal.verifyCompact(jws, rules));
    };
    expect(await check({ typ: 'right' }, 'right')).toBe('no error');
    expect(await check({ typ: 'wrong' }, 'right')).toBe('seal/unsupported-algorithm');
    expect(await check({}, 'right')).toBe('seal/unsupported-algorithm');
    expect(await check({ crit: ['exp'], exp: 1 })).toBe('seal/unsupported-algorithm');
    expect(await check({ crit: ['b64'], b64: false })).toBe('seal/unsupported-algorithm');
    expect(await check({ b64: false })).toBe('seal/unsupported-algorithm');
  });

  it('accepts PS256 only with a salt as long as the hash (RFC 7518 §3.5)', async () => {
    const key = await seal.PrivateKey.fromJwk('k', jwks.PS256);
    const input = `${part({ alg: 'PS256', kid: 'k' })}.${part({})}`;
    const withSalt = (saltLength: number) =>
      `${input}.${sign('sha256', Buffer.from(input), { key: rsa.privateKey, padding: 6, saltLength }).toString('base64url')}`;
    const rules = { keys: { k: key.publicJwk }, algorithms };
    expect(await codeOf(seal.verifyCompact(withSalt(32), rules))).toBe('no error');
    expect(await codeOf(seal.verifyCompact(withSalt(20), rules))).toBe('seal/invalid-signature');
  });

  it('signs with a key that nobody can extract', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
    const publicJwk = seal.publicPart(await crypto.subtle.exportKey('jwk', pair.publicKey));
    const key = seal.PrivateKey.fromCryptoKey('device', pair.privateKey, publicJwk);
    const jws = await seal.signCompact({ key, alg: 'ES256' }, 'x');
    expect(await codeOf(seal.verifyCompact(jws, { keys: { device: publicJwk }, algorithms }))).toBe('no error');
  });

  it('names keys by their RFC 7638 thumbprint', async () => {
    // The RSA key and thumbprint of RFC 7638 §3.1.
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    expect(await seal.thumbprint({ kty: 'RSA', n, e: 'AQAB' })).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });

  it('answers any text or value with a typed error', async () => {
    const shaped = fc
      .tuple(fc.json(), fc.string(), fc.base64String())
      .map(([header, payload, signature]) => `${Buffer.from(header).toString('base64url')}.${payload}.${signature}`);
    const key = await seal.PrivateKey.fromJwk('k', jwks.ES256);
    const signed = await seal.signCompact({ key, alg: 'ES256' }, 'x');
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), shaped, fc.anything()), fc.anything(), async (text, jwk) => {
        const keys = { k: key.publicJwk };
        expect(await codeOf(seal.verifyCompact(text as string, { keys, algorithms }))).toMatch(/^(seal|wire)\//);
        const odd = { k: jwk as VerificationKey };
        expect(await codeOf(seal.verifyCompact(signed, { keys: odd, algorithms }))).toMatch(/^seal\//);
      }),
      { numRuns: RUNS },
    );
  });
});
