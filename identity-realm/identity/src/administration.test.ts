import { sql } from '@cloister/database';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readFeed } from './testing/feed.ts';
import type { Ask } from './testing/http-client.ts';
import { type IdentityUnderTest, identityUnderTest, origin, password } from './testing/identity-under-test.ts';
import { longEnough, numRuns } from './testing/runs.ts';
import { reduced, signIn } from './testing/sign-in.ts';

const invitations = '/identity/api/v1/invitations';
const chosen = 'an altogether new password';

let identity: IdentityUnderTest;
let admin: string;
let member: string;
beforeEach(async () => {
  identity = await identityUnderTest();
  admin = (await signIn(identity.client(), 'alice@acme.example', password)).access_token;
  member = (await signIn(identity.client(), 'bob@acme.example', password)).access_token;
});
afterEach(() => identity.close());

const ask = (path: string, token: string, more: Ask) =>
  identity.client().ask(path, { ...more, headers: { authorization: `Bearer ${token}` } });
const invite = (json: object = { name: 'Carol Ash', email: 'carol@acme.example' }, token = admin) =>
  ask(invitations, token, { json });
const link = async (json?: object) => new URL((await invite(json)).json().link).pathname;
const choose = (path: string, first = chosen, repeat = first) =>
  identity.client().ask(path, { form: { password: first, repeat } });
const change = (email: string, json: object, token = admin) =>
  ask(`/identity/api/v1/people/${identity.person(email).id}`, token, { method: 'PUT', json });

it('makes an invited person when they choose a password, and tells the realms who invited them', async () => {
  const { head } = await readFeed(identity);
  const answer = await invite();
  expect(answer.status).toBe(201);
  expect(answer.json().link).toMatch(new RegExp(`^${origin}/identity/invitations/[A-Za-z0-9_-]{43}$`));
  expect((await readFeed(identity)).head).toBe(head);

  const path = new URL(answer.json().link).pathname;
  const page = await identity.client().ask(path);
  expect(page.status).toBe(200);
  expect(page.text).toContain('Carol Ash, you are invited to Acme.');
  expect(page.text).toContain('autocomplete="new-password"');
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  expect(page.headers['referrer-policy']).toBe('no-referrer');

  expect((await choose(path)).text).toContain('Your password is saved');
  const { entries } = await readFeed(identity, `after=${head}`);
  const { id, organisationId } = identity.person('alice@acme.example');
  expect(entries).toEqual([
    { seq: head + 1, kind: 'person', id: expect.any(String), organisationId, active: true, by: { kind: 'person', id } },
  ]);
  const { access_token: token } = await signIn(identity.client(), 'carol@acme.example', chosen);
  const me = await ask('/identity/api/v1/me', await reduced(identity.client(), token, 'spark:people_read'), {});
  expect(me.json()).toMatchObject({ name: 'Carol Ash', roles: ['member'] });
});

it('opens no link of somebody who no longer administers', async () => {
  await change('bob@acme.example', { roles: ['full-admin'] });
  const bob = (await signIn(identity.client(), 'bob@acme.example', password)).access_token;
  const invited = { name: 'Bob Again', email: 'again@acme.example', roles: ['full-admin'] };
  const path = new URL((await invite(invited, bob)).json().link).pathname;
  expect((await identity.client().ask(path)).status).toBe(200);
  await change('bob@acme.example', { roles: [] });
  expect([(await identity.client().ask(path)).status, (await choose(path)).status]).toEqual([410, 410]);
  await change('bob@acme.example', { roles: ['full-admin'], active: false });
  expect([(await identity.client().ask(path)).status, (await choose(path)).status]).toEqual([410, 410]);
  // The address is not taken: another administrator may invite it.
  const fresh = await link(invited);
  expect((await choose(fresh)).status).toBe(200);
});

it('tells the realms when somebody becomes an administrator and when they no longer are', async () => {
  const { head } = await readFeed(identity);
  const { id, organisationId } = identity.person('bob@acme.example');
  const by = { kind: 'person', id: identity.person('alice@acme.example').id };
  expect((await change('bob@acme.example', { roles: ['full-admin'] })).status).toBe(204);
  expect((await change('bob@acme.example', { roles: ['full-admin', 'member'] })).status).toBe(204);
  expect((await change('bob@acme.example', { active: false })).status).toBe(204);
  expect((await change('bob@acme.example', { roles: [], active: true })).status).toBe(204);
  const person = { kind: 'person', id, organisationId, by };
  const people = (await readFeed(identity, `after=${head}`)).entries.filter(({ kind }) => kind === 'person');
  expect(people.map(({ seq: _, ...entry }) => entry)).toEqual([
    { ...person, active: true, roles: ['full-admin'] },
    { ...person, active: false, roles: ['full-admin'] },
    { ...person, active: true },
  ]);
});

it('opens a link once, for seven days, and the newest only', async () => {
  const old = await link();
  const newer = await link();
  expect((await identity.client().ask(old)).status).toBe(410);
  const both = await Promise.all([choose(newer), choose(newer, 'another good password')]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 410]);
  expect((await identity.client().ask(newer)).status).toBe(410);
  const late = await link({ name: 'Dan', email: 'dan@acme.example' });
  identity.clock.ms += 7 * 24 * 60 * 60 * 1000;
  expect((await choose(late)).status).toBe(410);
  expect((await identity.client().ask('/identity/invitations/x')).status).toBe(410);
});

it.each([
  ['too short', 'eleven char', undefined, 'at least 12 characters'],
  ['too long', 'x'.repeat(257), undefined, 'at most 256 characters'],
  ['typed differently', chosen, `${chosen}!`, 'The two passwords differ'],
])('asks again for a password that is %s, and the link still works', async (_, first, repeat, said) => {
  const path = await link();
  const answer = await choose(path, first, repeat);
  expect(answer.status).toBe(400);
  expect(answer.text).toContain(said);
  expect(answer.text).not.toContain(first);
  expect((await choose(path)).status).toBe(200);
});

it('lists everyone of the own organisation, disabled people too, page by page and nobody twice', async () => {
  await change('hanako@acme.example', { active: false });
  const list = async (after?: string) =>
    (
      await ask(`/identity/api/v1/organisation/people${after === undefined ? '' : `?after=${after}`}`, admin, {})
    ).json();
  const { items } = (await list()) as { items: { id: string; email: string; active: boolean }[] };
  expect(items.map(({ email }) => email)).toEqual(expect.arrayContaining(['alice@acme.example', 'bob@acme.example']));
  expect(items.find(({ email }) => email === 'hanako@acme.example')).toMatchObject({ active: false });
  expect(items.every(({ email }) => email.endsWith('@acme.example'))).toBe(true);
  for (const [index, { id }] of items.entries()) expect((await list(id)).items).toEqual(items.slice(index + 1));
  expect((await ask('/identity/api/v1/organisation/people', member, {})).status).toBe(403);
  const forPeople = await reduced(identity.client(), admin, 'spark:people_read');
  expect((await ask('/identity/api/v1/organisation/people', forPeople, {})).status).toBe(403);
});

it('lets nobody invite or change people but full administrators with their full token (default deny)', async () => {
  const forAll = await reduced(identity.client(), admin, 'spark:all spark:people_read');
  const forPeople = await reduced(identity.client(), admin, 'spark:people_read');
  const outcomes = [member, forAll, forPeople, 'x'].map(async (token) => [
    (await invite(undefined, token)).status,
    (await change('hanako@acme.example', { active: false }, token)).status,
  ]);
  expect(await Promise.all(outcomes)).toEqual([
    [403, 403],
    [401, 401],
    [403, 403],
    [401, 401],
  ]);
});

it('keeps to the own organisation', async () => {
  expect((await change('gina@globex.example', { active: false })).status).toBe(404);
  const taken = await invite({ name: 'Eve', email: 'eve@globex.example' });
  expect([taken.status, taken.json().code]).toEqual([403, 'identity/forbidden']);
  expect((await invite({ name: 'Guest', email: 'guest@elsewhere.example' })).status).toBe(201);
});

it('invites no address that is taken', async () => {
  expect((await invite({ name: 'Bob', email: 'BOB@acme.example' })).status).toBe(409);
  const path = await link();
  await identity.database.execute(
    sql`UPDATE people SET email_key = 'carol@acme.example' WHERE email_key = 'bob@acme.example'`,
  );
  const answer = await choose(path);
  expect(answer.status).toBe(409);
  expect(answer.text).toContain('has an account already');
});

it('leaves an organisation its last full administrator, also when two go at once', async () => {
  expect((await change('alice@acme.example', { roles: [] })).status).toBe(409);
  expect((await change('alice@acme.example', { active: false })).status).toBe(409);
  expect((await change('bob@acme.example', { roles: ['full-admin'] })).status).toBe(204);
  const both = await Promise.all([
    change('alice@acme.example', { active: false }, member),
    change('bob@acme.example', { active: false }, admin),
  ]);
  expect(both.filter(({ status }) => status === 204)).toHaveLength(1);
});

it('takes a role away at once', async () => {
  await change('bob@acme.example', { roles: ['full-admin'] });
  expect((await invite(undefined, member)).status).toBe(201);
  await change('bob@acme.example', { roles: ['member'] });
  expect((await invite(undefined, member)).status).toBe(403);
});

it(
  'answers any body with a refusal of the documented shape',
  async () => {
    const body = fc.oneof(
      fc.json(),
      fc.string(),
      fc.json().map((text) => `{"name":${text},"email":"x"}`),
    );
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        const headers = { authorization: `Bearer ${admin}`, 'content-type': 'application/json' };
        const one = await identity.client().ask(invitations, { method: 'POST', body: text, headers });
        expect(one.status).toBe(400);
        expect(one.json().code).toBeTypeOf('string');
      }),
      { numRuns },
    );
  },
  longEnough,
);

it(
  'answers any form on the invitation page with a page',
  async () => {
    const path = await link();
    const body = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant('password=a&password=b'));
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        const answer = await identity.client().ask(path, { method: 'POST', body: text });
        expect(answer.status).toBe(400);
      }),
      { numRuns },
    );
  },
  longEnough,
);
