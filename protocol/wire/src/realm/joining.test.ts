import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectTypedErrors } from '../testing/fuzz.ts';
import { acme, ecJwk, jws, kmsHost } from '../testing/samples.ts';
import { parseJoined, parseJoinRequest, parseRealmProof, parseRenewRequest } from './joining.ts';
import { formatJoiningCode, type JoiningCode, parseJoiningCode } from './joining-code.ts';

const b64 = (bytes: number, letter = 'A') => letter.repeat(Math.ceil((bytes * 4) / 3) - 1).concat('A');
const edJwk = { kty: 'OKP', crv: 'Ed25519', x: b64(32) } as const;
const thumbprints = { link: b64(32), receipt: b64(32, 'B'), tls: b64(32, 'C') };
const keys = { linkKey: edJwk, receiptKey: edJwk, tlsKey: ecJwk };
const joinRequest = { kmsHost, secret: b64(16), ...keys, proofs: [jws] };
const proof = { act: 'join', aud: b64(32), kmsHost, keys: thumbprints, code: b64(32), iat: 1_800_000_000 };
const joined = {
  iss: 'https://id.example/idbroker',
  aud: kmsHost,
  issuedAt: 1_800_000_000,
  statusKey: edJwk,
  core: 'wss://core.example/realm/v1/connect',
  organisationIds: [acme],
  keys: thumbprints,
};
const code: JoiningCode = {
  identity: 'https://id.example',
  feedKey: b64(32),
  kmsHost,
  organisationId: acme,
  secret: b64(16),
};

describe('messages of joining', () => {
  it('are read as they are described', () => {
    expect(parseJoinRequest(joinRequest)).toEqual(joinRequest);
    expect(parseRenewRequest({ ...keys, proofs: [jws] })).toEqual({ ...keys, proofs: [jws] });
    expect(parseRealmProof(proof)).toEqual(proof);
    expect(parseJoined(joined)).toEqual(joined);
  });

  it('hold no private half of a key', () => {
    const leaking = { ...joinRequest, linkKey: { ...edJwk, d: 'left behind' }, tlsKey: { ...ecJwk, d: 'left behind' } };
    expect(JSON.stringify(parseJoinRequest(leaking))).not.toContain('left behind');
  });

  it.each([
    ['an address of another scheme', { ...joined, core: 'https://core.example/' }],
    ['a link without TLS', { ...joined, core: 'ws://core.example/realm/v1/connect' }],
    ['a key server by address', { ...joined, aud: '192.0.2.1' }],
    ['nobody to serve', { ...joined, organisationIds: [] }],
  ])('refuse %s', (_, wrong) => {
    expect(() => parseJoined(wrong)).toThrow(expect.objectContaining({ code: 'wire/invalid-message' }));
  });

  it('fail with typed errors whatever comes', () => {
    expectTypedErrors(parseJoinRequest, joinRequest);
    expectTypedErrors(parseRenewRequest, { ...keys, proofs: [jws] });
    expectTypedErrors(parseRealmProof, proof);
    expectTypedErrors(parseJoined, joined);
  });
});

describe('a joining code', () => {
  it('is one word, and reads back with white space around it', () => {
    const text = formatJoiningCode(code);
    expect(text).toMatch(/^\S+$/);
    expect(parseJoiningCode(` ${text}\n`)).toEqual(code);
  });

  it.each([
    ['of another origin than an origin', { ...code, identity: 'https://id.example/path' }],
    ['with a short secret', { ...code, secret: b64(15) }],
    ['without a pinned key', { ...code, feedKey: undefined }],
    ['with something else in it', { ...code, extra: 1 }],
  ])('is refused %s', (_, wrong) => {
    expect(() => parseJoiningCode(formatJoiningCode(wrong as JoiningCode))).toThrow(
      expect.objectContaining({ code: 'wire/invalid-message' }),
    );
  });

  it('fails with typed errors that quote nothing, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `cloister-join-1.${text}`),
        ),
        (text) => {
          expect(() => parseJoiningCode(text)).toThrow(expect.objectContaining({ name: 'CloisterError' }));
        },
      ),
      { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) },
    );
  });
});
