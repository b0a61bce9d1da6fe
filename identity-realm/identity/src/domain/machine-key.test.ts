import { generateKeyPairSync } from 'node:crypto';
import { CloisterError } from '@cloister/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseMachineKey } from './machine-key.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const good = publicKey.export({ format: 'jwk' });

it('reads a public P-256 key, and nothing beside its form', () => {
  expect(parseMachineKey({ ...good, kid: 'one', alg: 'ES256', use: 'sig' })).toEqual(good);
});

it('refuses a private key, another curve, a point off the curve, and says nothing of what it held', () => {
  const secret = privateKey.export({ format: 'jwk' });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' });
  for (const wrong of [secret, other, { ...good, y: good.x }, { ...good, alg: 'ES384' }, { ...good, x: 7 }, [], null]) {
    expect(() => parseMachineKey(wrong)).toThrow(
      expect.objectContaining({ code: 'identity/invalid-request', detail: 'publicKey must be a public P-256 JWK' }),
    );
  }
});

it('gives a key or our error for anything', () => {
  const member = fc.oneof(fc.base64String({ minLength: 43, maxLength: 44 }), fc.jsonValue());
  fc.assert(
    fc.property(
      fc.oneof(fc.jsonValue(), fc.record({ kty: fc.constant('EC'), crv: fc.constant('P-256'), x: member, y: member })),
      (input) => {
        try {
          expect(Object.keys(parseMachineKey(input)).sort()).toEqual(['crv', 'kty', 'x', 'y']);
        } catch (error) {
          expect(error).toBeInstanceOf(CloisterError);
        }
      },
    ),
    { numRuns },
  );
});
