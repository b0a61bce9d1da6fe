import { generateKeyPairSync } from 'node:crypto';
import type { KmsHost } from '@cloister/wire';
import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { signEdDsa } from './compact-jws.ts';
import { claimedRealm, openRealmVerifier, type RealmVerifier } from './open-realm-verifier.ts';
import { REALM_TOKEN_TYPE, signRealmToken } from './realm-token.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const acme = generateKeyPairSync('ed25519');
const globex = generateKeyPairSync('ed25519');
const kmsHost = 'kms.acme.example' as KmsHost;
const realms = [
  { kmsHost, linkKey: acme.publicKey.export({ format: 'jwk' }), organisationIds: ['a'] },
  { kmsHost: 'kms.globex.example', linkKey: globex.publicKey.export({ format: 'jwk' }), organisationIds: ['g'] },
];
const now = 1_800_000_000_000;
const good = {
  iss: kmsHost,
  aud: 'core',
  iat: now / 1000,
  exp: now / 1000 + 60,
  jti: 'f3b1a0c4-8f0e-4d7e-9a3c-0a4f1f8d2b11',
};

let verify: RealmVerifier<(typeof realms)[number]>;
beforeEach(() => {
  verify = openRealmVerifier({ realms, audience: 'core' });
});

const signed = (change: object = {}, typ = REALM_TOKEN_TYPE, key = acme.privateKey) =>
  signEdDsa({ typ }, { ...good, ...change }, key);
const refused = (jwt: string, at = now) =>
  expect(() => verify(jwt, { now: at })).toThrow(
    expect.objectContaining({ code: 'platform/invalid-token', detail: undefined }),
  );

it('proves the realm that holds the registered key', () => {
  const jwt = signRealmToken({ key: acme.privateKey, issuer: kmsHost, audience: 'core', now });
  expect(verify(jwt, { now }).organisationIds).toEqual(['a']);
});

it('passes once', () => {
  const jwt = signed();
  verify(jwt, { now });
  refused(jwt);
  refused(jwt, now + 69_000);
  // What expires is forgotten, and refused for its age instead.
  refused(jwt, now + 71_000);
  verify(signed({ iat: good.iat + 71, exp: good.exp + 71 }), { now: now + 71_000 });
});

it('is refused for another realm, audience, type or key', () => {
  refused(signed({ iss: 'kms.globex.example' }));
  refused(signed({ iss: 'kms.unknown.example' }));
  refused(signed({ aud: 'identity' }));
  refused(signed({}, 'JWT'));
  refused(signed({}, REALM_TOKEN_TYPE, globex.privateKey));
});

it('is refused when it lives longer than a minute, has expired or is from the future', () => {
  refused(signed({ exp: good.iat + 61 }));
  refused(signed({ exp: good.iat }));
  refused(signed(), now + 70_000);
  refused(signed(), now - 11_000);
  verify(signed(), { now: now + 69_000 });
});

it('is refused whatever else the text is, with the one error', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      refused(text);
    }),
    { numRuns },
  );
  refused(signed({ jti: undefined }));
  refused(signed({ iat: 'now' }));
});

it('needs Ed25519 link keys in the configuration', () => {
  const rsa = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  expect(() => openRealmVerifier({ realms: [{ kmsHost: 'a', linkKey: rsa }], audience: 'core' })).toThrow(
    /link key of realm a/,
  );
});

it('is judged by the key with which a realm joined, as it stands at that moment', () => {
  const host = 'kms.joined.example';
  const standing = new Map([
    [host, { kmsHost: host, linkKey: globex.publicKey.export({ format: 'jwk' }), organisationIds: ['j'] }],
  ]);
  verify = openRealmVerifier({ realms, joined: (name) => standing.get(name), audience: 'core' });
  const token = (key = globex.privateKey) => signed({ iss: host, jti: crypto.randomUUID() }, REALM_TOKEN_TYPE, key);
  expect(verify(token(), { now }).organisationIds).toEqual(['j']);
  expect(claimedRealm(token())).toBe(host);
  standing.set(host, { kmsHost: host, linkKey: acme.publicKey.export({ format: 'jwk' }), organisationIds: ['j'] });
  refused(token());
  verify(token(acme.privateKey), { now });
  standing.delete(host);
  refused(token(acme.privateKey));
  // A registered realm is nobody else's to join as.
  standing.set(kmsHost, { kmsHost, linkKey: globex.publicKey.export({ format: 'jwk' }), organisationIds: ['j'] });
  refused(signed({ jti: crypto.randomUUID() }, REALM_TOKEN_TYPE, globex.privateKey));
});
