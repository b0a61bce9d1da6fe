import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newProver, type ProofParts } from './testing/dpop.ts';
import { type IdentityUnderTest, identityUnderTest, origin, password } from './testing/identity-under-test.ts';
import { longEnough, numRuns } from './testing/runs.ts';
import { claimsOf, headerOf, oauth, reduce, reduced, signIn } from './testing/sign-in.ts';

const url = `${origin}${oauth}/access_token`;

let identity: IdentityUnderTest;
let full: string;
beforeAll(async () => {
  identity = await identityUnderTest();
  full = (await signIn(identity.client(), 'alice@acme.example', password)).access_token;
});
afterAll(() => identity.close());

const ask = (scope: string, headers = {}, token = full) => reduce(identity.client(), token, scope, headers);
const errorOf = async (answer: ReturnType<typeof ask>) => {
  const { status, json } = await answer;
  return [status, json().error];
};

it.each([
  ['spark:all spark:people_read', 'core'],
  ['spark:all', 'core'],
  ['spark:people_read', 'identity'],
  ['spark:kms', 'kms'],
])('reduces to %s for %s alone, without client authentication (R284)', async (scope, audience) => {
  const answer = await ask(scope);
  expect(answer.status).toBe(200);
  const { access_token: token, expires_in: expiresIn, token_type: type } = answer.json();
  expect(type).toBe('Bearer');
  expect(headerOf(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
  const parent = claimsOf(full);
  expect(claimsOf(token)).toEqual({
    ...parent,
    aud: audience,
    scope,
    iat: expect.any(Number),
    jti: expect.not.stringMatching(String(parent.jti)),
  });
  expect(Math.abs(expiresIn - (Number(parent.exp) - identity.clock.ms / 1000))).toBeLessThan(2);
});

it.each([
  ['the whole scope', 'spark:all spark:kms spark:people_read'],
  ['key server and core together', 'spark:kms spark:all'],
  ['a scope that is not held', 'spark:admin'],
  ['a scope that is not held beside one that is', 'spark:kms spark:admin'],
  ['two spaces', 'spark:kms  spark:all'],
])('refuses %s (R284)', async (_, scope) => {
  expect(await errorOf(ask(scope))).toEqual([400, 'invalid_scope']);
});

it('refuses a token that was reduced already: from a core token comes no KMS token (R284)', async () => {
  const core = await reduced(identity.client(), full, 'spark:all spark:people_read');
  expect(await errorOf(ask('spark:all', {}, core))).toEqual([400, 'invalid_grant']);
  expect(await errorOf(ask('spark:kms', {}, core))).toEqual([400, 'invalid_grant']);
});

it("refuses a token of somebody else's key, an expired one and one without a signature", async () => {
  const [head = '', payload = '', signature = ''] = full.split('.');
  const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
  const flipped = `${signature.slice(0, -4)}${signature.slice(-4) === 'AAAA' ? 'BBBB' : 'AAAA'}`;
  for (const token of [`${head}.${payload}.${flipped}`, `${none}.${payload}.`, `${none}.${payload}.${signature}`]) {
    expect(await errorOf(ask('spark:kms', {}, token))).toEqual([400, 'invalid_grant']);
  }
  const before = identity.clock.ms;
  identity.clock.ms = Number(claimsOf(full).exp) * 1000;
  expect(await errorOf(ask('spark:kms'))).toEqual([400, 'invalid_grant']);
  identity.clock.ms = before;
});

it('binds a KMS token to the key of the proof and lets it live ten minutes (RFC 9449)', async () => {
  const { jkt, prove } = await newProver();
  const answer = await ask('spark:kms', { dpop: await prove(url, identity.clock.ms) });
  expect(answer.status).toBe(200);
  const body = answer.json();
  expect(body).toMatchObject({ token_type: 'DPoP', expires_in: 600, scope: 'spark:kms' });
  const claims = claimsOf(body.access_token);
  expect(claims.cnf).toEqual({ jkt });
  expect(Number(claims.exp) - Number(claims.iat)).toBe(600);
});

it('does not let a bound token outlive its parent', async () => {
  const { prove } = await newProver();
  const before = identity.clock.ms;
  identity.clock.ms = (Number(claimsOf(full).exp) - 100) * 1000;
  const answer = await ask('spark:kms', { dpop: await prove(url, identity.clock.ms) });
  expect(answer.json().expires_in).toBe(100);
  identity.clock.ms = before;
});

it('takes a proof once', async () => {
  const { prove } = await newProver();
  const proof = await prove(url, identity.clock.ms);
  const answers = await Promise.all([1, 2, 3].map(() => ask('spark:kms', { dpop: proof })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
});

it.each<[string, ProofParts | ((ms: number) => ProofParts)]>([
  ['another method', { htm: 'GET' }],
  ['another address', { htu: `${origin}${oauth}/revoke` }],
  ['another host', { htu: url.replace('localhost', 'evil.example') }],
  ['no address', { htu: 7 }],
  ['an old time', (ms) => ({ iat: Math.floor(ms / 1000) - 61 })],
  ['a time to come', (ms) => ({ iat: Math.floor(ms / 1000) + 62 })],
  ['no time', { iat: 'now' }],
  ['no id', { jti: '' }],
  ['an endless id', { jti: 'x'.repeat(257) }],
  ['another type', { typ: 'JWT' }],
])('refuses a proof with %s (RFC 9449 §4.3)', async (_, parts) => {
  const { prove } = await newProver();
  const changed = typeof parts === 'function' ? parts(identity.clock.ms) : parts;
  const answer = ask('spark:kms', { dpop: await prove(url, identity.clock.ms, changed) });
  expect(await errorOf(answer)).toEqual([400, 'invalid_dpop_proof']);
});

it('takes a proof whose address has a query: it is ignored', async () => {
  const { prove } = await newProver();
  const proof = await prove(url, identity.clock.ms, { htu: `${url.replace('http:', 'HTTP:')}?x=1#y` });
  expect((await ask('spark:kms', { dpop: proof })).status).toBe(200);
});

it('refuses a proof that gives its private half away', async () => {
  const { proveWithPrivateHalf } = await newProver();
  const answer = ask('spark:kms', { dpop: await proveWithPrivateHalf(url, identity.clock.ms) });
  expect(await errorOf(answer)).toEqual([400, 'invalid_dpop_proof']);
});

it('binds nothing but KMS tokens, since nobody else checks', async () => {
  const { prove } = await newProver();
  const answer = ask('spark:all', { dpop: await prove(url, identity.clock.ms) });
  expect(await errorOf(answer)).toEqual([400, 'invalid_dpop_proof']);
});

it('stops when the sign-in ends or the person leaves', async () => {
  const bob = await signIn(identity.client(), 'bob@acme.example', password);
  const hanako = await signIn(identity.client(), 'hanako@acme.example', password);
  await identity.client().ask(`${oauth}/revoke`, { form: { token: bob.access_token, client_id: 'cloister-cli' } });
  expect(await errorOf(ask('spark:kms', {}, bob.access_token))).toEqual([400, 'invalid_grant']);
  const left = await identity.client().ask(`/identity/api/v1/people/${identity.person('hanako@acme.example').id}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${full}` },
    json: { active: false },
  });
  expect(left.status).toBe(204);
  expect(await errorOf(ask('spark:kms', {}, hanako.access_token))).toEqual([400, 'invalid_grant']);
});

it(
  'answers any form with a refusal of the documented shape, never a failure',
  async () => {
    const client = identity.client();
    const member = fc.constantFrom('grant_type', 'token', 'scope', 'client_id', 'self_contained_token', 'x');
    const value = fc.oneof(
      fc.constantFrom('urn:cisco:oauth:grant-type:scope-reduction', 'spark:kms', 'a.b.c', '%', 'null', '', '\0'),
      fc.string(),
      fc.string({ unit: 'binary' }),
    );
    const pairs = fc.array(fc.tuple(member, value), { maxLength: 6 });
    const encoded = pairs.map((entries) => String(new URLSearchParams(entries)));
    const body = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), encoded);
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        const form = `grant_type=urn%3Acisco%3Aoauth%3Agrant-type%3Ascope-reduction&${text}`;
        const answer = await client.ask(`${oauth}/access_token`, { body: form });
        expect(answer.status).toBe(400);
        expect(answer.json().error ?? answer.json().code).toBeTypeOf('string');
      }),
      { numRuns },
    );
  },
  longEnough,
);

it(
  'answers any token and any proof with a refusal',
  async () => {
    const base64 = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('base64url'));
    const json = fc.json({ maxDepth: 3 }).map((text) => Buffer.from(text).toString('base64url'));
    const header = fc.record({
      alg: fc.constantFrom('ES256', 'none', 'HS256', 'EdDSA', 7),
      typ: fc.constantFrom('at+jwt', 'dpop+jwt', 'JWT', null),
      kid: fc.constantFrom(String(headerOf(full).kid), 'x', 7),
      jwk: fc.oneof(fc.constant({ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }), fc.object({ maxDepth: 1 })),
      crit: fc.constantFrom(undefined, ['b64'], []),
    });
    const part = fc.oneof(
      base64,
      json,
      header.map((value) => Buffer.from(JSON.stringify(value)).toString('base64url')),
    );
    const jws = fc.oneof(
      fc.tuple(part, part, part).map((parts) => parts.join('.')),
      fc
        .tuple(header, part)
        .map(([value, tail]) =>
          [Buffer.from(JSON.stringify(value)).toString('base64url'), full.split('.')[1], tail].join('.'),
        ),
      fc.string({ unit: fc.constantFrom('.', 'e', 'y', 'J', '=', 'A') }),
    );
    await fc.assert(
      fc.asyncProperty(jws, async (text) => {
        const byToken = await ask('spark:kms', {}, text);
        expect([byToken.status, ['invalid_grant', 'invalid_request'].includes(byToken.json().error)]).toEqual([
          400,
          true,
        ]);
        const byProof = await ask('spark:kms', { dpop: text === '' ? 'x' : text });
        expect([byProof.status, byProof.json().error]).toEqual([400, 'invalid_dpop_proof']);
      }),
      { numRuns },
    );
  },
  longEnough,
);
