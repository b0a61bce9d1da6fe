import { createSecretKey, randomBytes } from 'node:crypto';
import { sql } from '@cloister/database';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readKeys } from './store/signing-keys.ts';
import { askFeed } from './testing/feed.ts';
import { cast, type IdentityUnderTest, identityUnderTest, password } from './testing/identity-under-test.ts';
import { beginSignIn, oauth, postForm, reduced, signIn, type Tokens, web as webApp } from './testing/sign-in.ts';

const words = cast.organisations.flatMap(({ name, people }) => [
  name,
  ...people.flatMap((person) => [person.email, ...person.name.split(' ')]),
]);

let identity: IdentityUnderTest;
const client = () => identity.client();
let web: Tokens;
let cookies: string[];
const seen: string[] = [];
beforeAll(async () => {
  identity = await identityUnderTest();
  const browser = client();
  web = await signIn(browser, 'alice@acme.example', password, webApp);
  cookies = [...browser.cookies.values()].map(({ value }) => value);
  const people = await reduced(client(), web.access_token, 'spark:people_read');
  const core = await reduced(client(), web.access_token, 'spark:all spark:people_read');
  const kms = await reduced(client(), web.access_token, 'spark:kms');
  seen.push(web.access_token, web.id_token, people, core, kms);
  const headers = { authorization: `Bearer ${people}` };
  await client().ask('/identity/api/v1/people?query=Hanako', { headers });
  await client().ask('/identity/api/v1/people?email=gina@globex.example', { headers });
  await client().ask('/conversation/api/v1/users', { headers, json: [{ email: 'bob@acme.example' }] });
  const { location } = await beginSignIn(client(), { extra: { login_hint: 'bob@acme.example' } });
  await client().ask(`${location}?email=bob@acme.example`);
  const wrong = client();
  const page = await wrong.ask((await beginSignIn(wrong)).location);
  await postForm(wrong, page, { email: 'bob@acme.example', password: 'Bob guesses' });
  const invited = await client().ask('/identity/api/v1/invitations', {
    headers: { authorization: `Bearer ${web.access_token}` },
    json: { name: 'Globex Carol', email: 'carol@acme.example' },
  });
  await client().ask(new URL(invited.json().link).pathname, {
    form: { password: 'Stone by stone by stone', repeat: 'x' },
  });
  await client().ask('/identity/api/v1/people/lookup', { headers, body: 'alice@acme.example' });
});
afterAll(() => identity.close());

it('writes no name, address, password or token into its log (R422)', () => {
  const log = identity.logged.join('');
  expect(identity.logged.length).toBeGreaterThan(15);
  for (const word of [...words, 'carol', password, 'guesses', 'stone by', ...cookies, ...seen, web.refresh_token]) {
    expect(log.toLowerCase()).not.toContain(word.toLowerCase());
  }
});

it('puts no name and no address into a token (R420, R421)', () => {
  expect(seen).toHaveLength(5);
  for (const token of seen) {
    const text = Buffer.from(token.split('.')[1] ?? '', 'base64url')
      .toString('utf8')
      .toLowerCase();
    for (const word of words) expect(text.replaceAll('acme.localhost', '')).not.toContain(word.toLowerCase());
  }
});

it('tells the realms nobody’s name or address; key servers’ hosts, organisations’ names and domains are public (R421)', async () => {
  const { text } = await askFeed(identity);
  const payload = Buffer.from(text.split('.')[1] ?? '', 'base64url')
    .toString('utf8')
    .toLowerCase()
    .replaceAll('"kms.acme.example"', '')
    .replaceAll(/"name":"[^"]*","domains":\["[a-z]+\.example"\]/g, '');
  for (const word of words) expect(payload).not.toContain(word.toLowerCase());
});

it('gives people and organisations random 128-bit ids (R420)', () => {
  const { people, organisations } = identity.provisioned;
  const ids = [...people, ...organisations].map(({ id }) => id);
  expect(new Set(ids).size).toBe(6);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

it('keeps no bearer secret, password or private key that a copy of the database would give away', async () => {
  const tables = await identity.database.rows(sql<{ name: string }>`
    SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`);
  expect(tables.length).toBeGreaterThan(9);
  const dumped = await Promise.all(
    tables.map(({ name }) =>
      identity.database.withClient(async (raw) =>
        JSON.stringify((await raw.query(`SELECT t::text FROM ${name} t`)).rows),
      ),
    ),
  );
  const dump = dumped.join('\n');
  expect(dump).toContain('alice@acme.example');
  const [tokenKey] = await readKeys(identity.database, identity.atRestKey(), 'token');
  const secrets = [password, web.refresh_token, ...cookies, ...seen, tokenKey?.secret.toString('hex') ?? ''];
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(10);
    expect(dump).not.toContain(secret);
  }
});

it('opens its private keys under its own key only', async () => {
  const other = createSecretKey(randomBytes(32));
  await expect(readKeys(identity.database, other, 'token')).rejects.toThrow();
});

it('forgets what has ended', async () => {
  const count = () => identity.database.one(sql<{ n: number }>`SELECT count(*)::int AS n FROM oidc_records`);
  expect((await count()).n).toBeGreaterThan(0);
  identity.clock.ms += 91 * 24 * 60 * 60 * 1000;
  await identity.tidy();
  expect((await count()).n).toBe(0);
  const { n } = await identity.database.one(sql<{ n: number }>`
    SELECT (SELECT count(*) FROM used_proofs)::int + (SELECT count(*) FROM sign_in_attempts)::int
      + (SELECT count(*) FROM invitations)::int + (SELECT count(*) FROM sessions)::int AS n`);
  expect(n).toBe(0);
  expect(
    (await client().ask(`${oauth}/revoke`, { form: { token: web.access_token, client_id: 'cloister-web' } })).status,
  ).toBe(200);
});
