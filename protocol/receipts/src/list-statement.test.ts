import { sign } from 'node:crypto';
import {
  base64url,
  CloisterError,
  instanceUri,
  type KmsHost,
  type OrganisationId,
  type RoomId,
  type UserId,
  type Uuid,
} from '@cloister/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ListClaims } from './list-claims.ts';
import { signList, verifyList } from './list-statement.ts';
import { signReceipt } from './sign-receipt.ts';
import { alice, kmsHost, privateKey, publicKey, claims as receipt, signer } from './testing/samples.ts';

const runs = { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) };
const globex = 'kms.globex.example' as KmsHost;
const organisationId = '44444444-1111-4111-8111-111111111111' as OrganisationId;
const authorizationId = '77777777-1111-4111-8111-111111111111' as Uuid;
const resourceUri = instanceUri(kmsHost, 'resources', '99999999-1111-4111-8111-111111111111' as Uuid);
const home = {
  kmsHost,
  keyNamed: async (kid: string) => {
    if (kid === signer.kid) return publicKey;
    throw new CloisterError('wire/invalid-list');
  },
};
const asked = { resourceUri, audience: globex };

const list: ListClaims = {
  iss: kmsHost,
  aud: globex,
  resourceUri,
  roomId: '55555555-1111-4111-8111-111111111111' as RoomId,
  organisationId,
  authorizationVersion: 7,
  departureVersion: 3,
  revocationEpoch: 0,
  people: [{ id: alice, organisationId, authorizationId, moderator: true }],
  isFrozen: false,
  issuedAt: 1_795_000_000,
};

const encode = (value: unknown) => base64url.encode(new TextEncoder().encode(JSON.stringify(value)));
/** Signed by home's own key, whatever it says. */
const forge = (claims: unknown, typ = 'cloister-list+jws'): string => {
  const input = `${encode({ alg: 'EdDSA', kid: signer.kid, typ })}.${encode(claims)}`;
  return `${input}.${base64url.encode(sign(null, Buffer.from(input), privateKey))}`;
};

it('says whom home lets read, to the realm that asked', async () => {
  expect(await verifyList(await signList(list, signer), home, asked)).toEqual(list);
});

it.each<[string, Partial<ListClaims>]>([
  ['for another realm', { aud: 'kms.umbrella.example' as KmsHost }],
  [
    'of another resource',
    { resourceUri: instanceUri(kmsHost, 'resources', '88888888-1111-4111-8111-111111111111' as Uuid) },
  ],
  [
    'of a resource that is another’s',
    { resourceUri: instanceUri(globex, 'resources', '99999999-1111-4111-8111-111111111111' as Uuid) },
  ],
  ['in another’s name', { iss: globex }],
])('refuses a list %s', async (_what, change) => {
  await expect(verifyList(forge({ ...list, ...change }), home, asked)).rejects.toMatchObject({
    code: 'wire/invalid-list',
  });
});

it('refuses a list that names a person twice: they could be of two organisations', async () => {
  const other = {
    id: alice,
    organisationId: '33333333-1111-4111-8111-111111111111' as OrganisationId,
    authorizationId,
  };
  const doubled = { ...list, people: [...list.people, other] };
  await expect(signList(doubled, signer)).rejects.toMatchObject({ code: 'wire/invalid-list' });
  await expect(verifyList(forge(doubled), home, asked)).rejects.toMatchObject({ code: 'wire/invalid-list' });
});

it('takes no receipt for a list, whatever else it says', async () => {
  await expect(verifyList(await signReceipt(receipt, signer), home, asked)).rejects.toMatchObject({
    code: 'wire/invalid-list',
  });
  await expect(verifyList(forge(list, 'cloister-receipt+jws'), home, asked)).rejects.toMatchObject({
    code: 'wire/invalid-list',
  });
});

it('refuses every other text, with one error', async () => {
  const jws = await signList(list, signer);
  const damaged = fc
    .tuple(fc.nat(jws.length - 1), fc.constantFrom(...'ABab01_-.'))
    .map(([at, letter]) => `${jws.slice(0, at)}${letter}${jws.slice(at + 1)}`)
    .filter((text) => text !== jws);
  await fc.assert(
    fc.asyncProperty(fc.oneof(damaged, fc.string(), fc.anything()), async (input) => {
      await expect(verifyList(input, home, asked)).rejects.toMatchObject({ code: 'wire/invalid-list' });
    }),
    runs,
  );
});

it('believes nothing that another key signed', async () => {
  const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new TypeError('no pair');
  const jws = await signList(list, { kid: signer.kid, key: pair.privateKey });
  await expect(verifyList(jws, home, asked)).rejects.toMatchObject({ code: 'wire/invalid-list' });
  const same = await signList(
    { ...list, people: [{ id: alice as UserId, organisationId, authorizationId }] },
    { kid: 'another', key: privateKey },
  );
  await expect(verifyList(same, home, asked)).rejects.toMatchObject({ code: 'wire/invalid-list' });
});
