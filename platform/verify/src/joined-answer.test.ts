import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type EcPublicJwk, type EdPublicJwk, type KmsHost, newId, type OrganisationId } from '@cloister/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { signEdDsa } from './compact-jws.ts';
import { openJoinedAnswer } from './joined-answer.ts';
import { keyThumbprint } from './realm-proof.ts';

const identity = generateKeyPairSync('ed25519');
const evil = generateKeyPairSync('ed25519');
const jwk = <Jwk>({ publicKey }: { publicKey: KeyObject }): Jwk => publicKey.export({ format: 'jwk' }) as Jwk;
const ed = () => jwk<EdPublicJwk>(generateKeyPairSync('ed25519'));
const keys = {
  linkKey: ed(),
  receiptKey: ed(),
  tlsKey: jwk<EcPublicJwk>(generateKeyPairSync('ec', { namedCurve: 'P-256' })),
};
const thumbprints = {
  link: keyThumbprint(keys.linkKey),
  receipt: keyThumbprint(keys.receiptKey),
  tls: keyThumbprint(keys.tlsKey),
};
const now = 1_800_000_000_000;
const organisationId = newId<OrganisationId>();
const expected = {
  feedKey: keyThumbprint(jwk(identity)),
  kmsHost: 'kms.acme.example' as KmsHost,
  organisationId,
  keys,
  now,
};
const good = {
  iss: 'https://id.operator.example/idbroker',
  aud: 'kms.acme.example',
  issuedAt: now / 1000,
  statusKey: jwk<EdPublicJwk>(identity),
  core: 'wss://core.operator.example/realm/v1/connect',
  organisationIds: [organisationId],
  keys: thumbprints,
};
const signed = (change: object = {}, key = identity.privateKey, typ = 'cloister-joined+jws') =>
  signEdDsa({ typ }, { ...good, ...change }, key);

it('is believed when the pinned key signed it, about this realm and these keys', () => {
  expect(openJoinedAnswer(`${signed()}\n`, expected)).toEqual(good);
});

it.each([
  ['another feed key, with its own signature', () => signed({ statusKey: jwk(evil) }, evil.privateKey)],
  ['the pinned key and the signature of another', () => signed({}, evil.privateKey)],
  ['another type of statement', () => signed({}, identity.privateKey, 'cloister-status+jws')],
  ['another key server', () => signed({ aud: 'kms.evil.example' })],
  ['another organisation', () => signed({ organisationIds: [newId()] })],
  ['another organisation beside', () => signed({ organisationIds: [organisationId, newId()] })],
  ['another link key', () => signed({ keys: { ...thumbprints, link: thumbprints.receipt } })],
  ['another receipt key', () => signed({ keys: { ...thumbprints, receipt: thumbprints.link } })],
  ['another TLS key', () => signed({ keys: { ...thumbprints, tls: thumbprints.link } })],
  ['an old answer', () => signed({ issuedAt: now / 1000 - 301 })],
  ['an answer of the future', () => signed({ issuedAt: now / 1000 + 301 })],
  ['a core at no websocket address', () => signed({ core: 'https://core.operator.example/' })],
  ['a link without TLS', () => signed({ core: 'ws://core.operator.example/' })],
])('is not believed: %s', (_, text) => {
  expect(() => openJoinedAnswer(text(), expected)).toThrow(
    expect.objectContaining({ code: 'verify/untrusted-statement' }),
  );
});

it('is not believed whatever else comes, with the one error', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => openJoinedAnswer(text, expected)).toThrow(
        expect.objectContaining({ code: 'verify/untrusted-statement' }),
      );
    }),
    { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) },
  );
});
