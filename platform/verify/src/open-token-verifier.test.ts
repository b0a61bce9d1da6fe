import { createHmac, generateKeyPairSync } from 'node:crypto';
import {
  base64url,
  type MachineId,
  newId,
  type OrganisationId,
  parseStatusPayload,
  type SessionId,
  type UserId,
} from '@cloister/wire';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { openTokenVerifier, type TokenVerifier } from './open-token-verifier.ts';
import { StatusDirectory } from './status-directory.ts';
import { ISSUER, TestIdentity } from './testing/test-identity.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
let identity: TestIdentity;
let feed: StatusDirectory;
let verify: TokenVerifier;

beforeEach(() => {
  identity = new TestIdentity();
  feed = new StatusDirectory();
  verify = openTokenVerifier({ feed, issuer: ISSUER });
  learn();
});

function learn(): void {
  expect(feed.apply(parseStatusPayload(identity.statement(feed.head)))).not.toBeNull();
}
const now = () => identity.now * 1000;
const check = (jwt: string, audience: 'core' | 'kms' | 'identity' = 'core', scope?: string) =>
  verify(jwt, { audience, now: now(), ...(scope === undefined ? {} : { scope }) });
const refused = (jwt: string, audience: 'core' | 'kms' = 'core') =>
  expect(() => check(jwt, audience)).toThrow(
    expect.objectContaining({ code: 'platform/invalid-token', detail: undefined }),
  );

it('returns the claims of a good token', () => {
  expect(check(identity.accessToken())).toMatchObject({
    sub: identity.personId,
    realm: identity.organisationId,
    aud: 'core',
  });
  expect(check(identity.accessToken({ cnf: { jkt: 'A'.repeat(43) } })).cnf).toEqual({ jkt: 'A'.repeat(43) });
});

describe('refuses', () => {
  it('a token for another server: core and KMS never take each other’s (R284)', () => {
    const core = identity.accessToken();
    const kms = identity.accessToken({ aud: 'kms', scope: 'spark:kms' });
    expect(check(kms, 'kms').aud).toBe('kms');
    refused(core, 'kms');
    refused(kms, 'core');
    refused(identity.accessToken({ aud: 'identity' }));
    refused(identity.accessToken({ aud: ['core', 'kms'] }));
  });

  it('a KMS token with any other scope beside its own (R284)', () => {
    refused(identity.accessToken({ aud: 'kms', scope: 'spark:kms spark:all' }), 'kms');
    refused(identity.accessToken({ aud: 'kms', scope: 'spark:all' }), 'kms');
  });

  it('a token without the scope that is asked for, as such', () => {
    expect(() => check(identity.accessToken(), 'core', 'spark:admin')).toThrow(
      expect.objectContaining({ code: 'platform/insufficient-scope' }),
    );
    expect(() => check(identity.accessToken({ scope: 'spark:allx' }), 'core', 'spark:all')).toThrow(
      expect.objectContaining({ code: 'platform/insufficient-scope' }),
    );
    expect(check(identity.accessToken(), 'core', 'spark:people_read').aud).toBe('core');
  });

  it('one that has expired, is from the future or lives too long', () => {
    refused(identity.accessToken({ exp: identity.now }));
    refused(identity.accessToken({ iat: identity.now + 60, exp: identity.now + 120 }));
    refused(identity.accessToken({ exp: identity.now + 25 * 3600 }));
  });

  it('another issuer, another type, a missing claim', () => {
    refused(identity.accessToken({ iss: 'https://evil.example' }));
    refused(identity.accessToken({}, { typ: 'JWT' }));
    refused(identity.accessToken({ sid: undefined }));
    refused(identity.accessToken({ sub: 'alice' }));
  });

  it('another algorithm than the fixed one (RFC 8725 §3.1)', () => {
    const [header, payload] = identity.accessToken().split('.');
    const forged = (alg: string) =>
      `${base64url.encode(Buffer.from(JSON.stringify({ alg, kid: 'k1', typ: 'at+jwt' })))}.${payload}`;
    refused(`${forged('none')}.`);
    refused(`${forged('none')}.AA`);
    const pem = identity.token.publicKey.export({ format: 'pem', type: 'spki' });
    const hmac = createHmac('sha256', pem).update(forged('HS256')).digest('base64url');
    refused(`${forged('HS256')}.${hmac}`);
    expect(header).toBeDefined();
    refused(identity.accessToken({}, { alg: 'ES384' }));
  });

  it('a critical extension (RFC 7515 §4.1.11)', () => {
    refused(identity.accessToken({}, { crit: ['exp'], exp: 1 }));
    refused(identity.accessToken({}, { b64: true }));
  });

  it('a key that identity does not state, or that the header brings along', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    refused(identity.accessToken({}, {}, other.privateKey));
    refused(identity.accessToken({}, { kid: 'k2' }));
    refused(identity.accessToken({}, { kid: undefined }));
    refused(identity.accessToken({}, { kid: 'k2', jwk: other.publicKey.export({ format: 'jwk' }) }, other.privateKey));
  });

  it('every change of a single character', () => {
    const jwt = identity.accessToken();
    fc.assert(
      fc.property(fc.nat(jwt.length - 1), fc.constantFrom(...'Aa0_.-+/= '), (at, character) => {
        if (jwt[at] !== character) refused(jwt.slice(0, at) + character + jwt.slice(at + 1));
      }),
      { numRuns },
    );
  });

  it('any other text, with the one error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.tuple(fc.base64String(), fc.base64String(), fc.base64String()).map((parts) => parts.join('.')),
        ),
        (text) => {
          refused(text);
        },
      ),
      { numRuns },
    );
  });
});

describe('although it verified the same token before, it refuses it', () => {
  let jwt: string;
  beforeEach(() => {
    jwt = identity.accessToken();
    check(jwt);
    check(jwt);
  });

  it('once it has expired', () => {
    identity.now += 600;
    identity.state({ kind: 'organisation', id: newId<OrganisationId>() });
    learn();
    refused(jwt);
  });

  it('once its session is revoked', () => {
    identity.state({ kind: 'session', sid: newId<SessionId>(), revokedAt: identity.now });
    learn();
    check(jwt);
    identity.state({ kind: 'session', sid: identity.sid, revokedAt: identity.now });
    learn();
    refused(jwt);
  });

  it('once the person is inactive or in another organisation', () => {
    identity.state({ kind: 'person', id: identity.personId, organisationId: newId<OrganisationId>(), active: true });
    learn();
    refused(jwt);
    identity.state({ kind: 'person', id: identity.personId, organisationId: identity.organisationId, active: false });
    learn();
    refused(jwt);
    identity.state({ kind: 'person', id: identity.personId, organisationId: identity.organisationId, active: true });
    learn();
    check(jwt);
  });

  it('once its key is withdrawn or replaced under the same id', () => {
    const replaced = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    identity.tokenKeys = [{ kid: 'k1', key: replaced.publicKey }];
    learn();
    refused(jwt);
    identity.tokenKeys = [];
    learn();
    refused(jwt);
  });

  it('once the feed is older than a minute, and says that this may pass', () => {
    identity.now += 60;
    check(jwt);
    identity.now += 1;
    expect(() => check(jwt)).toThrow(expect.objectContaining({ code: 'platform/status-stale', status: 503 }));
    learn();
    check(jwt);
  });

  it('for another server than before', () => {
    refused(jwt, 'kms');
  });
});

describe('of a machine account', () => {
  const machine = newId<MachineId>();
  const token = (claims: Record<string, unknown> = {}) =>
    identity.accessToken({ sub: machine, purpose: 'transcoding', ...claims });
  const ask = (jwt: string) => verify(jwt, { audience: 'core', machines: true, now: now() });
  const refusedAs = (jwt: string, code: string) => expect(() => ask(jwt)).toThrow(expect.objectContaining({ code }));
  const state = (active: boolean, enabled: boolean) => {
    const { organisationId } = identity;
    identity.state({ kind: 'machine', id: machine, organisationId, purpose: 'transcoding', active });
    identity.state({ kind: 'function', organisationId, purpose: 'transcoding', enabled });
    learn();
  };

  it('takes a token where machines may go, and only there (R341)', () => {
    state(true, true);
    expect(ask(token())).toMatchObject({ sub: machine, purpose: 'transcoding' });
    refused(token());
    expect(ask(identity.accessToken()).sub).toBe(identity.personId);
  });

  it('refuses a token in hand at once when the function is switched off (R342)', () => {
    refusedAs(token(), 'platform/invalid-token');
    state(true, false);
    const jwt = token();
    refusedAs(jwt, 'platform/function-off');
    state(true, true);
    ask(jwt);
    state(true, false);
    refusedAs(jwt, 'platform/function-off');
    expect(() => ask(jwt)).toThrow(expect.objectContaining({ status: 403 }));
  });

  it('refuses a machine that is removed, of another organisation or another purpose, and one that poses as a person', () => {
    state(true, true);
    identity.state({
      kind: 'function',
      organisationId: identity.organisationId,
      purpose: 'indexing',
      enabled: true,
    });
    learn();
    refusedAs(token({ purpose: 'indexing' }), 'platform/invalid-token');
    refusedAs(token({ purpose: 'everything' }), 'platform/invalid-token');
    refusedAs(token({ realm: newId<OrganisationId>() }), 'platform/invalid-token');
    refusedAs(token({ purpose: undefined }), 'platform/invalid-token');
    refusedAs(identity.accessToken({ purpose: 'transcoding' }), 'platform/invalid-token');
    const jwt = token();
    ask(jwt);
    state(false, true);
    refusedAs(jwt, 'platform/invalid-token');
  });

  it('refuses one whose session is revoked', () => {
    state(true, true);
    const jwt = token();
    ask(jwt);
    identity.state({ kind: 'session', sid: identity.sid, revokedAt: identity.now });
    learn();
    refusedAs(jwt, 'platform/invalid-token');
  });
});

it('may be asked to believe a feed of any age', () => {
  const patient = openTokenVerifier({ feed, issuer: ISSUER, longestAge: Number.POSITIVE_INFINITY });
  const jwt = identity.accessToken();
  identity.now += 61;
  expect(() => check(jwt)).toThrow(expect.objectContaining({ code: 'platform/status-stale' }));
  expect(patient(jwt, { audience: 'core', now: now() }).sub).toBe(identity.personId);
});

it('refuses people whom the feed has not named', () => {
  refused(identity.accessToken({ sub: newId<UserId>() }));
});

it('decides nothing before it has heard from identity', () => {
  const deaf = openTokenVerifier({ feed: new StatusDirectory(), issuer: ISSUER });
  expect(() => deaf(identity.accessToken(), { audience: 'core', now: now() })).toThrow(
    expect.objectContaining({ code: 'platform/status-stale' }),
  );
});

it('remembers a bounded number of tokens and stays right past it', () => {
  const small = openTokenVerifier({ feed, issuer: ISSUER, remember: 2 });
  const tokens = [1, 2, 3, 4].map(() => identity.accessToken());
  for (const jwt of [...tokens, ...tokens]) expect(small(jwt, { audience: 'core', now: now() }).aud).toBe('core');
});
