import { sign } from 'node:crypto';
import { base64url, CloisterError, type KmsHost, type OrganisationId, type Purpose } from '@cloister/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ReadersClaims } from './readers-claims.ts';
import { signReaders, verifyReaders } from './readers-statement.ts';
import { signReceipt } from './sign-receipt.ts';
import { kmsHost, privateKey, publicKey, claims as receipt, signer } from './testing/samples.ts';

const runs = { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) };
const globex = 'kms.globex.example' as KmsHost;
const organisationId = '44444444-1111-4111-8111-111111111111' as OrganisationId;
const home = {
  kmsHost,
  keyNamed: async (kid: string) => {
    if (kid === signer.kid) return publicKey;
    throw new CloisterError('wire/invalid-readers');
  },
};
const said: ReadersClaims = {
  iss: kmsHost,
  aud: globex,
  organisationId,
  functions: ['indexing', 'transcoding'],
  issuedAt: 1_795_000_000,
};
const refused = { code: 'wire/invalid-readers' };

const encode = (value: unknown) => base64url.encode(new TextEncoder().encode(JSON.stringify(value)));
/** Signed by the key server's own key, whatever it says. */
const forge = (claims: unknown, typ = 'cloister-readers+jws'): string => {
  const input = `${encode({ alg: 'EdDSA', kid: signer.kid, typ })}.${encode(claims)}`;
  return `${input}.${base64url.encode(sign(null, Buffer.from(input), privateKey))}`;
};

it('says which machines an organisation lets read, to the realm that asked (R344)', async () => {
  expect(await verifyReaders(await signReaders(said, signer), home, globex)).toEqual(said);
  expect(await verifyReaders(forge({ ...said, later: 1 }), home, globex)).toMatchObject(said);
});

it.each<[string, object]>([
  ['for another realm', { aud: 'kms.umbrella.example' }],
  ['in another’s name', { iss: globex }],
  ['of a purpose that nobody knows', { functions: ['advertising'] }],
  ['that names a function twice', { functions: ['indexing', 'indexing'] }],
  ['of no organisation', { organisationId: 'acme' }],
])('refuses a statement %s', async (_, change) => {
  await expect(verifyReaders(forge({ ...said, ...change }), home, globex)).rejects.toMatchObject(refused);
});

it('signs nothing that nobody could verify', async () => {
  const functions = ['advertising' as Purpose];
  await expect(signReaders({ ...said, functions }, signer)).rejects.toMatchObject(refused);
});

it('takes no receipt for a statement, nor one of another kind', async () => {
  await expect(verifyReaders(await signReceipt(receipt, signer), home, globex)).rejects.toMatchObject(refused);
  await expect(verifyReaders(forge(said, 'cloister-list+jws'), home, globex)).rejects.toMatchObject(refused);
});

it('believes nothing that another key signed', async () => {
  const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new TypeError('no pair');
  const other = await signReaders(said, { kid: signer.kid, key: pair.privateKey });
  await expect(verifyReaders(other, home, globex)).rejects.toMatchObject(refused);
  const named = await signReaders(said, { kid: 'another', key: privateKey });
  await expect(verifyReaders(named, home, globex)).rejects.toMatchObject(refused);
});

it('refuses every other text, with one error', async () => {
  const jws = await signReaders(said, signer);
  const damaged = fc
    .tuple(fc.nat(jws.length - 1), fc.constantFrom(...'ABab01_-.'))
    .map(([at, letter]) => `${jws.slice(0, at)}${letter}${jws.slice(at + 1)}`)
    .filter((text) => text !== jws);
  await fc.assert(
    fc.asyncProperty(fc.oneof(damaged, fc.string(), fc.anything()), async (input) => {
      await expect(verifyReaders(input, home, globex)).rejects.toMatchObject(refused);
    }),
    runs,
  );
});
