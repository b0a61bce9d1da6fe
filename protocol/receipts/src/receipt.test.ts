import { generateKeyPairSync, sign } from 'node:crypto';
import { base64url, CloisterError, type KmsHost } from '@cloister/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReceipt } from './parse-receipt.ts';
import { isApplied, type ReceiptClaims } from './receipt-claims.ts';
import { importReceiptPublicKey } from './receipt-key.ts';
import { signReceipt } from './sign-receipt.ts';
import { claims, issuer, jwk, kmsHost, knownReceipt, privateKey, publicKey, signer } from './testing/samples.ts';
import { verifyReceipt } from './verify-receipt.ts';

const runs = { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) };

const codeOf = async (call: () => unknown): Promise<string> => {
  try {
    await call();
  } catch (error) {
    if (error instanceof CloisterError) return error.code;
    throw error;
  }
  return 'nothing thrown';
};

const encode = (value: unknown) =>
  base64url.encode(new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)));
const header = { alg: 'EdDSA', kid: 'receipt-1', typ: 'cloister-receipt+jws' };

/** A receipt signed with node:crypto, whatever it says. */
const forge = (head: unknown, payload: unknown): string => {
  const input = `${encode(head)}.${encode(payload)}`;
  return `${input}.${base64url.encode(sign(null, new TextEncoder().encode(input), privateKey))}`;
};

describe('a receipt', () => {
  it('is the known answer, byte for byte', async () => {
    expect(await signReceipt(claims, signer)).toBe(knownReceipt);
    expect(await verifyReceipt(knownReceipt, issuer)).toEqual(claims);
    expect(parseReceipt(knownReceipt)).toMatchObject({ kid: 'receipt-1', claims });
  });

  it('verifies under the registered public JWK, as browsers hold it', async () => {
    const key = await importReceiptPublicKey({ kty: 'OKP', crv: 'Ed25519', x: jwk.x });
    expect(await verifyReceipt(knownReceipt, { ...issuer, key })).toEqual(claims);
  });

  it('is signed and verified with WebCrypto keys alike', async () => {
    const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
    if (!('privateKey' in pair)) throw new TypeError('no pair');
    const jws = await signReceipt(claims, { kid: 'k', key: pair.privateKey });
    expect(await verifyReceipt(jws, { kmsHost, kid: 'k', key: pair.publicKey })).toEqual(claims);
  });

  it('keeps claims a later version adds', async () => {
    const jws = forge(header, { ...claims, later: [1] });
    expect(await verifyReceipt(jws, issuer)).toEqual({ ...claims, later: [1] });
  });

  it('of a refusal may leave out what was never decided', async () => {
    const refusal = {
      ...claims,
      status: 410,
      resourceUri: null,
      subjects: [],
      authorizationVersion: null,
      previous: null,
    };
    expect(await verifyReceipt(await signReceipt(refusal, signer), issuer)).toEqual(refusal);
    expect(isApplied(refusal)).toBe(false);
    expect(isApplied(claims)).toBe(true);
  });

  it('with one character changed anywhere does not verify', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(knownReceipt.length - 1), fc.constantFrom(...'AQgw-_.='), async (at, character) => {
        fc.pre(knownReceipt[at] !== character);
        const changed = knownReceipt.slice(0, at) + character + knownReceipt.slice(at + 1);
        expect(await codeOf(() => verifyReceipt(changed, issuer))).toBe('wire/invalid-receipt');
      }),
      runs,
    );
  });

  it.each(Object.keys(claims) as (keyof ReceiptClaims)[])(
    'with another %s under the same signature does not verify',
    async (name) => {
      const [head, , signature] = knownReceipt.split('.');
      const other = await signReceipt({ ...claims, iss: 'kms.other.example' as KmsHost }, signer);
      const changed = { ...claims, [name]: name === 'iss' ? 'kms.other.example' : null };
      expect(await codeOf(() => verifyReceipt(`${head}.${encode(changed)}.${signature}`, issuer))).toBe(
        'wire/invalid-receipt',
      );
      expect(await codeOf(() => verifyReceipt(`${head}.${other.split('.')[1]}.${signature}`, issuer))).toBe(
        'wire/invalid-receipt',
      );
    },
  );

  it.each([
    ['another key', { ...issuer, key: generateKeyPairSync('ed25519').publicKey }],
    ['another key id', { ...issuer, kid: 'receipt-2' }],
    ["another key server's name", { ...issuer, kmsHost: 'kms.other.example' as KmsHost }],
  ])('does not verify under %s', async (_, other) => {
    expect(await codeOf(() => verifyReceipt(knownReceipt, other))).toBe('wire/invalid-receipt');
  });

  it.each([
    ['no signature algorithm', { ...header, alg: 'none' }],
    ['a symmetric algorithm', { ...header, alg: 'HS256' }],
    ['another type (RFC 8725 §3.11)', { ...header, typ: 'cloister-status+jws' }],
    ['no type', { alg: 'EdDSA', kid: 'receipt-1' }],
    ['no key id', { alg: 'EdDSA', typ: header.typ }],
    ['a key of its own', { ...header, jwk }],
    ['a critical extension (RFC 7515 §4.1.11)', { ...header, crit: ['b64'], b64: false }],
    ['a header that is no JSON', '{'],
  ])('with %s is refused though its signature holds', async (_, head) => {
    expect(await codeOf(() => verifyReceipt(forge(head, claims), issuer))).toBe('wire/invalid-receipt');
  });

  it.each([
    ['an operation id in capitals', { operationId: claims.operationId.toUpperCase() }],
    ['an unknown operation', { operation: 'rename' }],
    ['no room', { room: null }],
    ['a person by e-mail (R421)', { actor: { id: 'alice@acme.example', organisationId: claims.actor.organisationId } }],
    ['a resource at an address', { resourceUri: 'kms://127.0.0.1/resources/x' }],
    ['an applied change of no resource', { resourceUri: null }],
    ['an applied change of no version', { authorizationVersion: null }],
    ['a status of nothing', { status: 0 }],
    ['a time in words', { issuedAt: '2026-11-21T20:21:10.106Z' }],
  ])('with %s is neither signed nor accepted', async (_, change) => {
    const wrong = { ...claims, ...change } as ReceiptClaims;
    expect(await codeOf(() => signReceipt(wrong, signer))).toBe('wire/invalid-receipt');
    expect(await codeOf(() => verifyReceipt(forge(header, wrong), issuer))).toBe('wire/invalid-receipt');
  });

  it('gives one error for any other input', async () => {
    const part = fc.oneof(
      fc.base64String().map(encode),
      fc.json().map(encode),
      fc.constant(encode(header)),
      fc.string(),
    );
    const input = fc.oneof(
      fc.anything(),
      fc.string(),
      fc.array(part, { maxLength: 5 }).map((parts) => parts.join('.')),
    );
    await fc.assert(
      fc.asyncProperty(input, async (value) => {
        expect(await codeOf(() => parseReceipt(value))).toBe('wire/invalid-receipt');
        expect(await codeOf(() => verifyReceipt(value, issuer))).toBe('wire/invalid-receipt');
      }),
      runs,
    );
  });

  it('reads back whatever was signed', async () => {
    const change = fc.record({
      status: fc.integer({ min: 200, max: 599 }),
      operation: fc.constantFrom('create', 'add', 'remove', 'updateKey', 'addKey'),
      authorizationVersion: fc.nat(),
      issuedAt: fc.nat(),
      subjects: fc.array(fc.constant(claims.actor), { maxLength: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(change, async (changed) => {
        const said: ReceiptClaims = { ...claims, ...changed };
        expect(await verifyReceipt(await signReceipt(said, signer), issuer)).toEqual(said);
      }),
      runs,
    );
  });
});

describe('a receipt key', () => {
  it.each([
    ['the public half to sign with', publicKey],
    ['a key on another curve', generateKeyPairSync('x25519').privateKey],
    ['an EC key', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
  ])('is refused: %s', async (_, key) => {
    expect(await codeOf(() => signReceipt(claims, { kid: 'k', key }))).toBe('seal/invalid-key');
  });

  it.each([
    ['another type', { kty: 'EC', crv: 'Ed25519', x: jwk.x }],
    ['another curve', { kty: 'OKP', crv: 'Ed448', x: jwk.x }],
    ['a short point', { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }],
    ['no point', { kty: 'OKP', crv: 'Ed25519' }],
  ])('is refused as a JWK of %s', async (_, key) => {
    expect(await codeOf(() => importReceiptPublicKey(key as never))).toBe('seal/invalid-key');
  });
});
