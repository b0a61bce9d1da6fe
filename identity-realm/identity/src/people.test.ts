import { sql } from '@cloister/database';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Ask } from './testing/http-client.ts';
import { type IdentityUnderTest, identityUnderTest, password } from './testing/identity-under-test.ts';
import { longEnough, numRuns } from './testing/runs.ts';
import { oauth, reduced, signIn } from './testing/sign-in.ts';

const users = '/conversation/api/v1/users';

let identity: IdentityUnderTest;
const tokens: Record<string, string> = {};
beforeAll(async () => {
  identity = await identityUnderTest();
  const full = (await signIn(identity.client(), 'bob@acme.example', password)).access_token;
  tokens.full = full;
  tokens.people = await reduced(identity.client(), full, 'spark:people_read');
  tokens.published = await reduced(identity.client(), full, 'spark:all spark:people_read');
  tokens.core = await reduced(identity.client(), full, 'spark:all');
  tokens.kms = await reduced(identity.client(), full, 'spark:kms');
});
afterAll(() => identity.close());
// Every test has its own minutes, so that none meets another's limit.
beforeEach(() => {
  identity.clock.ms += 10 * 60_000;
});

const ask = (path: string, token: string | undefined = tokens.people, more: Ask = {}) =>
  identity.client().ask(path, { ...more, headers: token === '' ? {} : { authorization: `Bearer ${token}` } });
const names = async (query: string): Promise<string[]> => {
  const answer = await ask(`/identity/api/v1/people?query=${encodeURIComponent(query)}`);
  return answer.json().items.map(({ name }: { name: string }) => name);
};

const routes: [string, string, Ask][] = [
  ['the published lookup', users, { json: [{ email: 'alice@acme.example' }] }],
  ['search', '/identity/api/v1/people?query=alice', {}],
  ['lookup by address', '/identity/api/v1/people?email=alice@acme.example', {}],
  ['lookup by id', '/identity/api/v1/people/lookup', { json: { ids: [] } }],
  ['oneself', '/identity/api/v1/me', {}],
];

it.each(routes)(
  'tells %s to nobody without a token, and to no token without the scope (R424)',
  async (_, path, more) => {
    const withIds = path.endsWith('lookup') ? { json: { ids: identity.provisioned.people.map(({ id }) => id) } } : more;
    const refused = [
      await ask(path, '', withIds),
      await ask(path, 'a.b.c', withIds),
      await ask(path, tokens.kms, withIds),
      await ask(path, tokens.core, withIds),
    ];
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 403]);
    for (const { text, headers } of refused) {
      expect(text).not.toMatch(/alice|müller|acme/i);
      expect(headers['content-type']).toContain('application/problem+json');
    }
    for (const token of [tokens.people, tokens.published, tokens.full]) {
      expect((await ask(path, token, withIds)).status).toBe(200);
    }
  },
);

it('stops telling when the sign-in ends (R424)', async () => {
  const full = (await signIn(identity.client(), 'hanako@acme.example', password)).access_token;
  const people = await reduced(identity.client(), full, 'spark:people_read');
  expect((await ask('/identity/api/v1/me', people)).json().email).toBe('hanako@acme.example');
  await identity.client().ask(`${oauth}/revoke`, { form: { token: full, client_id: 'cloister-cli' } });
  expect((await ask('/identity/api/v1/me', people)).status).toBe(401);
});

it('answers the published lookup for any organisation, and makes no one (R425)', async () => {
  const count = () => identity.database.one(sql<{ n: number }>`SELECT count(*) AS n FROM people`);
  const before = await count();
  const answer = await ask(`${users}?shouldCreateUsers=true`, tokens.published, {
    json: [{ email: 'gina@globex.example' }, { email: 'Alice@ACME.example' }, { email: 'nobody@acme.example' }],
  });
  expect(answer.json()).toEqual({
    'gina@globex.example': { id: identity.person('gina@globex.example').id, userExists: true },
    'Alice@ACME.example': { id: identity.person('alice@acme.example').id, userExists: true },
    'nobody@acme.example': { userExists: false },
  });
  expect(await count()).toEqual(before);
});

it.each([
  ['alice', ['Alice Müller']],
  ['MULLER', ['Alice Müller']],
  ['müller alice', ['Alice Müller']],
  ['ＡＬＩＣＥ', ['Alice Müller']],
  ['佐藤', ['佐藤 ハナコ']],
  ['はなこ', ['佐藤 ハナコ']],
  ['ﾊﾅｺ', ['佐藤 ハナコ']],
  ['hanako@', ['佐藤 ハナコ']],
  ['バナコ', []],
  ['acme', ['Alice Müller', 'Bob Stone', '佐藤 ハナコ']],
  ['bob', ['Bob Stone']],
  ['gina', []],
  ['%', []],
  ['_', []],
  ['   ', []],
])('finds people of the own organisation by name and e-mail: %s (R425)', async (query, expected) => {
  expect((await names(query)).sort()).toEqual([...expected].sort());
});

it('puts who begins with the query before who contains it (R425)', async () => {
  expect((await names('b'))[0]).toBe('Bob Stone');
});

it('finds a person of another organisation by exact address only, with nothing else than name and organisation (R425)', async () => {
  const gina = identity.person('gina@globex.example');
  const exact = await ask('/identity/api/v1/people?email=gina@globex.example');
  expect(exact.json()).toEqual({
    items: [
      {
        id: gina.id,
        name: 'Gina Grey',
        organisation: { id: gina.organisationId, name: 'Globex', domains: ['globex.example'] },
      },
    ],
  });
  expect((await ask('/identity/api/v1/people?email=gina@globex')).json()).toEqual({ items: [] });
  expect((await ask('/identity/api/v1/people?email=gina')).json()).toEqual({ items: [] });
});

it('names colleagues by id, and of others only their organisation (R424)', async () => {
  const alice = identity.person('alice@acme.example');
  const gina = identity.person('gina@globex.example');
  const answer = await ask('/identity/api/v1/people/lookup', tokens.people, {
    json: { ids: [alice.id, gina.id, 'c0ffee00-0000-4000-8000-000000000009'] },
  });
  const items = answer
    .json()
    .items.sort((a: { id: string }, b: { id: string }) => (a.id === alice.id ? -1 : b.id === alice.id ? 1 : 0));
  expect(items).toEqual([
    { id: alice.id, name: 'Alice Müller', organisation: { id: alice.organisationId, name: 'Acme' } },
    { id: gina.id, organisation: { id: gina.organisationId, name: 'Globex' } },
  ]);
});

it('tells oneself who one is, and the domains that one’s organisation proved (R301)', async () => {
  const bob = identity.person('bob@acme.example');
  expect((await ask('/identity/api/v1/me')).json()).toEqual({
    id: bob.id,
    name: 'Bob Stone',
    email: 'bob@acme.example',
    roles: ['member'],
    organisation: { id: bob.organisationId, name: 'Acme', domains: ['acme.example'] },
  });
});

it('limits how fast one person may ask, and counts each address', async () => {
  const many = (count: number) =>
    ask(users, tokens.published, {
      json: Array.from({ length: count }, (_, n) => ({ email: `guess${n}@acme.example` })),
    });
  expect((await many(100)).status).toBe(200);
  expect((await many(100)).status).toBe(429);
  expect((await many(20)).status).toBe(200);
  expect((await ask('/identity/api/v1/me')).status).toBe(429);
  identity.clock.ms += 1000;
  expect((await ask('/identity/api/v1/me')).status).toBe(200);
});

it("answers what others' programs ask under the same path with a problem", async () => {
  const answer = await ask('/identity/scim/v1/Users');
  expect(answer.status).toBe(404);
  expect(answer.json()).toMatchObject({ status: 404, type: expect.stringContaining('not-found') });
});

it(
  'answers any body and any query with an answer or a refusal of the documented shape',
  async () => {
    const body = fc.oneof(fc.json(), fc.string(), fc.constant('[{"email":7}]'), fc.constant('{"ids":["x"]}'));
    const query = fc.string({ unit: 'binary' });
    await fc.assert(
      fc.asyncProperty(body, query, async (text, words) => {
        identity.clock.ms += 12_000;
        for (const path of [users, '/identity/api/v1/people/lookup']) {
          const answer = await identity.client().ask(path, {
            method: 'POST',
            body: text,
            headers: { authorization: `Bearer ${tokens.people}`, 'content-type': 'application/json' },
          });
          expect([200, 400, 413]).toContain(answer.status);
          answer.json();
        }
        for (const name of ['query', 'email']) {
          const answer = await ask(`/identity/api/v1/people?${new URLSearchParams({ [name]: words })}`);
          expect([200, 400]).toContain(answer.status);
        }
      }),
      { numRuns },
    );
  },
  longEnough,
);
