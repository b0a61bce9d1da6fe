import { describe, expect, it } from 'vitest';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { acme, alice, bob, ecJwk, kmsHost, sid } from '../testing/samples.ts';
import { parseStatusPayload } from './status-feed.ts';
import { hasScope, parseAccessTokenClaims, parseKmsProofClaims, parseRealmTokenClaims } from './token-claims.ts';
import { parseUserLookup } from './user-lookup.ts';

const thumbprint = ecJwk.x;
const access = {
  iss: 'http://localhost:8443/idbroker',
  sub: alice,
  realm: acme,
  sid,
  aud: 'core',
  scope: 'spark:all spark:people_read',
  iat: 1,
  exp: 2,
  jti: 'j',
  client_id: 'c',
};
const bound = { ...access, aud: 'kms', scope: 'spark:kms', cnf: { jkt: thumbprint } };
const realm = { iss: kmsHost, aud: 'core', iat: 1, exp: 2, jti: 'j' };
const proof = { ath: thumbprint, channel: thumbprint, aud: kmsHost, iat: 1 };

describe('token claims (R284)', () => {
  it('are read, unknown ones dropped', () => {
    expect(parseAccessTokenClaims({ ...access, later: 1 })).toEqual(access);
    expect(parseAccessTokenClaims(bound)).toEqual(bound);
    expect(parseRealmTokenClaims(realm)).toEqual(realm);
    expect(parseKmsProofClaims(proof)).toEqual(proof);
  });

  it('name one audience: a token for core and KMS at once is refused (R284)', () => {
    expect(codeOf(() => parseAccessTokenClaims({ ...access, aud: ['core', 'kms'] }))).toBe('wire/invalid-message');
    expect(codeOf(() => parseAccessTokenClaims({ ...access, aud: 'everyone' }))).toBe('wire/invalid-message');
  });

  it.each(['iss', 'sub', 'realm', 'sid', 'aud', 'scope', 'iat', 'exp', 'jti', 'client_id'])('need %s', (claim) => {
    expect(codeOf(() => parseAccessTokenClaims({ ...access, [claim]: undefined }))).toBe('wire/invalid-message');
  });

  it('grant a scope by its whole name only', () => {
    expect(hasScope(parseAccessTokenClaims(access), 'spark:people_read')).toBe(true);
    expect(hasScope(parseAccessTokenClaims(access), 'spark:people')).toBe(false);
    expect(hasScope(parseAccessTokenClaims(bound), 'spark:all')).toBe(false);
  });

  it('give a value or a wire error for any input', () => {
    expectTypedErrors(parseAccessTokenClaims, access, bound);
    expectTypedErrors(parseRealmTokenClaims, realm);
    expectTypedErrors(parseKmsProofClaims, proof);
  });
});

const status = {
  iss: 'http://localhost:8443/idbroker',
  after: 0,
  head: 3,
  issuedAt: 1_795_000_000,
  keys: { keys: [{ ...ecJwk, alg: 'ES256', use: 'sig' }] },
  entries: [
    { seq: 1, kind: 'organisation', id: acme },
    { seq: 2, kind: 'person', id: alice, organisationId: acme, active: false, by: { kind: 'person', id: bob } },
    { seq: 3, kind: 'session', sid, revokedAt: 1_795_000_000 },
    { seq: 4, kind: 'person', id: bob, organisationId: acme, active: true, roles: ['full-admin'] },
    { seq: 5, kind: 'machine', id: sid, organisationId: acme, purpose: 'transcoding', active: true },
    { seq: 6, kind: 'function', organisationId: acme, purpose: 'dlp', enabled: false, by: { kind: 'person', id: bob } },
    {
      seq: 7,
      kind: 'case',
      id: sid,
      organisationId: acme,
      officer: bob,
      custodians: [alice],
      active: true,
      expiresAt: 1_795_000_000,
      openedBy: bob,
      approvedBy: alice,
    },
    { seq: 8, kind: 'realm', kmsHost, organisationIds: [acme], active: true },
  ],
};

describe("identity's status feed", () => {
  it('is read', () => {
    expect(parseStatusPayload(JSON.stringify(status))).toEqual(status);
  });

  it('carries no private key and no unknown kind', () => {
    expect(
      JSON.stringify(parseStatusPayload({ ...status, keys: { keys: [{ ...ecJwk, d: 'PRIVATE' }] } })),
    ).not.toContain('PRIVATE');
    expect(codeOf(() => parseStatusPayload({ ...status, entries: [{ seq: 1, kind: 'name', name: 'Alice' }] }))).toBe(
      'wire/invalid-message',
    );
  });

  it('names key servers by plain hosts only (R365)', () => {
    const realm = status.entries[7];
    for (const host of ['kms.acme.example:443', 'user@kms.acme.example', '192.0.2.1', 'KMS.acme.example', '']) {
      expect(codeOf(() => parseStatusPayload({ ...status, entries: [{ ...realm, kmsHost: host }] }))).toBe(
        'wire/invalid-message',
      );
    }
  });

  it('gives a value or a wire error for any input', () => {
    expectTypedErrors(parseStatusPayload, status);
  });
});

describe('looking people up', () => {
  it('reads the published request (R425)', () => {
    expect(parseUserLookup([{ email: 'bob@acme.example' }])).toEqual([{ email: 'bob@acme.example' }]);
  });

  it('bounds how many are asked for at once', () => {
    expect(codeOf(() => parseUserLookup(Array(101).fill({ email: 'a@b' })))).toBe('wire/invalid-message');
  });

  it('gives a value or a wire error for any input', () => {
    expectTypedErrors(parseUserLookup, [{ email: 'bob@acme.example' }]);
  });
});
