import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { KmsHost, RealmProof } from '@cloister/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyThumbprint, openRealmProofs, signRealmProofs } from './realm-proof.ts';

const link = generateKeyPairSync('ed25519');
const receipt = generateKeyPairSync('ed25519');
const tls = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = ({ publicKey }: { publicKey: KeyObject }): JsonWebKey => publicKey.export({ format: 'jwk' });
const all = [link, receipt, tls];
const keys = all.map(({ privateKey }) => privateKey);
const statement: RealmProof = {
  act: 'join',
  aud: keyThumbprint(jwk(link)),
  kmsHost: 'kms.acme.example' as KmsHost,
  keys: { link: keyThumbprint(jwk(link)), receipt: keyThumbprint(jwk(receipt)), tls: keyThumbprint(jwk(tls)) },
  iat: 1_800_000_000,
};
const refusal = expect.objectContaining({ code: 'identity/invalid-proof' });

it('names a key as RFC 8037 appendix A.3 does', () => {
  const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
  expect(keyThumbprint({ kty: 'OKP', crv: 'Ed25519', x })).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
});

it('says what every key signed, Ed25519 or P-256', () => {
  expect(openRealmProofs(signRealmProofs(statement, keys), all.map(jwk))).toEqual(statement);
});

it('is refused unless each of the keys signed, and the same (R362)', () => {
  const proofs = signRealmProofs(statement, keys);
  const other = signRealmProofs({ ...statement, iat: statement.iat + 1 }, [receipt.privateKey]);
  for (const [index] of all.entries()) {
    expect(() => openRealmProofs(proofs.toSpliced(index, 1), all.map(jwk))).toThrow(refusal);
  }
  expect(() => openRealmProofs(proofs.with(1, other[0] as string), all.map(jwk))).toThrow(refusal);
  expect(() => openRealmProofs(proofs, [])).toThrow(refusal);
  // A key's name over another's signature.
  const [, body = '', signature = ''] = (proofs[1] as string).split('.');
  const [head = ''] = (proofs[0] as string).split('.');
  expect(() => openRealmProofs([`${head}.${body}.${signature}`, ...proofs.slice(1)], all.map(jwk))).toThrow(refusal);
});

it('is refused whatever else the texts are, with the one error', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 3 }), (texts) => {
      expect(() => openRealmProofs(texts, [jwk(link)])).toThrow(refusal);
    }),
    { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) },
  );
});
