import { parseAccessTokenClaims } from '@cloister/wire';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { newProver } from './testing/dpop.ts';
import { readFeed } from './testing/feed.ts';
import { type IdentityUnderTest, identityUnderTest, origin, password } from './testing/identity-under-test.ts';
import {
  askAsMachine,
  askForKms,
  assertionOf,
  type MachineKeys,
  newMachineKey,
  tokenEndpoint,
} from './testing/machine.ts';
import { longEnough, numRuns } from './testing/runs.ts';
import { claimsOf, headerOf, oauth, reduce, signIn } from './testing/sign-in.ts';

const base = '/identity/api/v1/organisation';

let identity: IdentityUnderTest;
let admin: string;
let keys: MachineKeys;
let id: string;
beforeAll(async () => {
  identity = await identityUnderTest();
  admin = (await signIn(identity.client(), 'alice@acme.example', password)).access_token;
});
afterAll(() => identity.close());
beforeEach(async () => {
  keys = newMachineKey();
  const made = await administer('machines', { json: { purpose: 'transcoding', publicKey: keys.publicKey } });
  id = made.json().id;
  await turn(true);
});

const administer = (path: string, more: { json?: unknown; method?: string }) =>
  identity.client().ask(`${base}/${path}`, { ...more, headers: { authorization: `Bearer ${admin}` } });
const turn = (enabled: boolean) => administer('functions/transcoding', { method: 'PUT', json: { enabled } });
const assertion = (claims?: Record<string, unknown>, by = keys) => assertionOf(by, id, identity.clock.ms, claims);
const ask = async (claims?: Record<string, unknown>, by?: MachineKeys) =>
  askAsMachine(identity, await assertion(claims, by));
const errorOf = async (answer: ReturnType<typeof askAsMachine>) => {
  const { status, json } = await answer;
  return [status, json().error];
};
const refused = [401, 'invalid_client'];

it('gives a machine a token for the core, for its organisation and purpose (R341)', async () => {
  const answer = await ask();
  expect(answer.status).toBe(200);
  expect(answer.headers['cache-control']).toContain('no-store');
  const { access_token: token, ...rest } = answer.json();
  expect(rest).toEqual({ token_type: 'Bearer', expires_in: 600, scope: 'spark:all' });
  expect(headerOf(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
  const iat = Math.floor(identity.clock.ms / 1000);
  const claims = parseAccessTokenClaims(JSON.stringify(claimsOf(token)));
  expect(claims).toEqual({
    iss: identity.config.issuer,
    sub: id,
    realm: identity.person('alice@acme.example').organisationId,
    sid: expect.any(String),
    aud: 'core',
    scope: 'spark:all',
    purpose: 'transcoding',
    iat,
    exp: iat + 600,
    jti: expect.any(String),
    client_id: id,
  });
  expect(claimsOf((await ask()).json().access_token).sid).toBe(claims.sid);
});

it('gives a machine a KMS token bound to a key, and none without a proof (R341)', async () => {
  const { jkt, answer } = await askForKms(identity, keys, id);
  expect(answer.json()).toMatchObject({ token_type: 'DPoP', expires_in: 600, scope: 'spark:kms' });
  const claims = claimsOf(answer.json().access_token);
  expect(claims).toMatchObject({ aud: 'kms', scope: 'spark:kms', purpose: 'transcoding', sub: id, cnf: { jkt } });
  expect(await errorOf(askAsMachine(identity, await assertion(), { scope: 'spark:kms' }))).toEqual([
    400,
    'invalid_dpop_proof',
  ]);
  const { prove } = await newProver();
  const dpop = await prove(tokenEndpoint, identity.clock.ms);
  expect(await errorOf(askAsMachine(identity, await assertion(), { dpop }))).toEqual([400, 'invalid_dpop_proof']);
  const kms = async () => askAsMachine(identity, await assertion(), { scope: 'spark:kms', dpop });
  expect([(await kms()).status, (await kms()).status]).toEqual([200, 400]);
});

it('gives no token while the function is off, and says so (R342, R400)', async () => {
  await turn(false);
  expect(await errorOf(ask())).toEqual([403, 'unauthorized_client']);
  expect((await ask()).json().code).toBe('identity/function-off');
  expect((await askForKms(identity, keys, id)).answer.status).toBe(403);
  await turn(true);
  expect((await ask()).status).toBe(200);
});

it('gives no token after the machine was removed, and ends the tokens it has', async () => {
  const { sid } = claimsOf((await ask()).json().access_token);
  const { head } = await readFeed(identity);
  await administer(`machines/${id}`, { method: 'DELETE' });
  expect(await errorOf(ask())).toEqual(refused);
  const { entries } = await readFeed(identity, `after=${head}`);
  expect(entries).toMatchObject([
    { kind: 'machine', id, active: false },
    { kind: 'session', sid },
  ]);
});

it('takes an assertion once, whoever brings it at the same moment (RFC 7523 §3)', async () => {
  const one = await assertion();
  const answers = await Promise.all([1, 2, 3, 4].map(() => askAsMachine(identity, one)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
  // The same id is another machine's own business.
  const claims = { jti: 'chosen' };
  expect((await ask(claims)).status).toBe(200);
  expect(await errorOf(ask(claims))).toEqual(refused);
});

it('still refuses an assertion it took when what is past was forgotten and it restarted', async () => {
  const one = await assertion();
  expect((await askAsMachine(identity, one)).status).toBe(200);
  identity.clock.ms += 50_000;
  await identity.tidy();
  await identity.restart();
  expect(await errorOf(askAsMachine(identity, one))).toEqual(refused);
  expect((await ask()).status).toBe(200);
});

const iat = () => Math.floor(identity.clock.ms / 1000);
it.each<[string, () => Record<string, unknown>]>([
  ['another issuer', () => ({ iss: 'c0ffee00-0000-4000-8000-000000000009' })],
  ['another subject', () => ({ sub: 'c0ffee00-0000-4000-8000-000000000009' })],
  ['a subject that is no id', () => ({ iss: 'cloister-cli', sub: 'cloister-cli' })],
  ['another audience', () => ({ aud: `${origin}${oauth}/revoke` })],
  ['another server among its audiences', () => ({ aud: [tokenEndpoint, 'https://evil.example'] })],
  ['no audience', () => ({ aud: undefined })],
  ['no id', () => ({ jti: undefined })],
  ['an empty id', () => ({ jti: '' })],
  ['an endless id', () => ({ jti: 'x'.repeat(257) })],
  ['no end', () => ({ exp: undefined })],
  ['no beginning', () => ({ iat: undefined })],
  ['a past end', () => ({ iat: iat() - 60, exp: iat() })],
  ['a beginning to come', () => ({ iat: iat() + 11, exp: iat() + 60 })],
  ['a life beyond a minute', () => ({ exp: iat() + 61 })],
  ['a time from which it is good that has not come', () => ({ nbf: iat() + 30 })],
])('refuses an assertion with %s (RFC 7523 §3)', async (_, claims) => {
  expect(await errorOf(ask(claims()))).toEqual(refused);
  expect((await ask()).status).toBe(200);
});

it('takes the issuer for the audience too', async () => {
  expect((await ask({ aud: identity.config.issuer })).status).toBe(200);
});

it("refuses another key, another machine's id, no signature and a MAC under the public key", async () => {
  const other = newMachineKey();
  expect(await errorOf(ask({}, other))).toEqual(refused);
  const { id: otherId } = (
    await administer('machines', { json: { purpose: 'transcoding', publicKey: other.publicKey } })
  ).json();
  expect(await errorOf(ask({ iss: otherId, sub: otherId }))).toEqual(refused);
  expect(await errorOf(askAsMachine(identity, await assertion(), { form: { client_id: otherId } }))).toEqual(refused);
  expect((await askAsMachine(identity, await assertion(), { form: { client_id: id } })).status).toBe(200);
  const [, payload = '', signature = ''] = (await assertion()).split('.');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  const mac = Buffer.from('{"alg":"HS256"}').toString('base64url');
  for (const forged of [`${none}.${payload}.`, `${none}.${payload}.${signature}`, `${mac}.${payload}.${signature}`]) {
    expect(await errorOf(askAsMachine(identity, forged))).toEqual(refused);
  }
});

it.each(['spark:kms spark:all', 'spark:all spark:people_read', 'spark:people_read', 'openid', 'spark:admin', ' '])(
  'refuses the scope "%s": a machine opens one server at a time (R284)',
  async (scope) => {
    expect(await errorOf(askAsMachine(identity, await assertion(), { scope }))).toEqual([400, 'invalid_scope']);
  },
);

it('lets a machine learn nobody’s name and change nothing, with any of its tokens (R424)', async () => {
  const core = (await ask()).json().access_token;
  const kms = (await askForKms(identity, keys, id)).answer.json().access_token;
  const person = identity.person('bob@acme.example').id;
  for (const token of [core, kms]) {
    const headers = { authorization: `Bearer ${token}` };
    for (const [path, more] of [
      ['me', {}],
      ['people?query=bob', {}],
      ['people/lookup', { json: { ids: [person] } }],
      ['organisation/functions', {}],
      ['organisation/functions/dlp', { method: 'PUT', json: { enabled: true } }],
      ['organisation/cases', {}],
    ] as const) {
      expect((await identity.client().ask(`/identity/api/v1/${path}`, { ...more, headers })).status).toBe(401);
    }
    expect((await reduce(identity.client(), token, 'spark:kms')).status).toBe(400);
  }
});

it('says in its metadata how machines authenticate (RFC 8414)', async () => {
  const metadata = (await identity.client().ask('/idbroker/.well-known/openid-configuration')).json();
  expect(metadata.token_endpoint_auth_methods_supported).toContain('private_key_jwt');
  expect(metadata.token_endpoint_auth_signing_alg_values_supported).toEqual(['ES256']);
  expect(metadata.grant_types_supported).toContain('client_credentials');
});

it(
  'refuses every other text for an assertion with the one error',
  async () => {
    const good = await assertion();
    const changed = fc
      .tuple(fc.nat(good.length - 1), fc.constantFrom(...'Aa0_.-+/='))
      .filter(([at, character]) => good[at] !== character)
      .map(([at, character]) => good.slice(0, at) + character + good.slice(at + 1));
    const three = fc.tuple(fc.base64String(), fc.base64String(), fc.base64String()).map((parts) => parts.join('.'));
    await fc.assert(
      fc.asyncProperty(fc.oneof(changed, three, fc.string({ minLength: 1 })), async (text) => {
        fc.pre(!text.includes('\0'));
        expect(await errorOf(askAsMachine(identity, text))).toEqual(refused);
      }),
      { numRuns },
    );
  },
  longEnough,
);
