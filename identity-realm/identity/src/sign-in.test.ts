import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { app, type IdentityUnderTest, identityUnderTest, origin, password } from './testing/identity-under-test.ts';
import {
  beginSignIn,
  claimsOf,
  cliRedirect,
  followTo,
  headerOf,
  postForm,
  readForm,
  reduce,
  signIn,
  web,
} from './testing/sign-in.ts';

let identity: IdentityUnderTest;
beforeEach(async () => {
  identity = await identityUnderTest();
});
afterEach(() => identity.close());

const openPage = async (client = identity.client(), flow = {}) => {
  const { location } = await beginSignIn(client, flow);
  return { client, location, page: await client.ask(location) };
};

it('signs a person in without a browser and gives a full token for identity alone (R284)', async () => {
  const { access_token: token } = await signIn(identity.client(), 'alice@acme.example', password);
  const alice = identity.person('alice@acme.example');
  expect(headerOf(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
  const claims = claimsOf(token);
  expect(claims).toMatchObject({
    iss: `${origin}/idbroker`,
    sub: alice.id,
    realm: alice.organisationId,
    aud: 'identity',
    scope: 'spark:all spark:kms spark:people_read',
    client_id: 'cloister-cli',
  });
  expect(claims.sid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number(claims.exp) - Number(claims.iat)).toBe(12 * 60 * 60);
});

it('takes an address in any case and width, as people type it', async () => {
  await expect(signIn(identity.client(), ' ＡＬＩＣＥ@Acme.Example ', password)).resolves.toHaveProperty(
    'access_token',
  );
});

it('serves a page that runs no script and fits in no frame', async () => {
  const { client, page } = await openPage();
  expect(page.status).toBe(200);
  const policy = String(page.headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toMatch(/script-src(;|$)/);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain(`form-action 'self' http://127.0.0.1:49152;`);
  expect(page.text).not.toMatch(/<script|<style| style=| on[a-z]+=/i);
  expect(page.headers['cache-control']).toBe('no-store');
  expect(page.headers['x-frame-options']).toBe('DENY');
  const style = /<link rel="stylesheet" href="([^"]+)">/.exec(page.text)?.[1] ?? '';
  expect((await client.ask(style)).headers['content-type']).toContain('text/css');
});

it('names every field to screen readers and tells a fault where it belongs', async () => {
  const { client, page } = await openPage();
  for (const name of ['email', 'password']) {
    expect(page.text).toContain(`<label for="${name}">`);
    expect(page.text).toContain(`id="${name}"`);
  }
  expect(page.text).not.toContain('role="alert"');
  const wrong = await postForm(client, page, { email: 'alice@acme.example', password: 'not it' });
  expect(wrong.status).toBe(401);
  expect(wrong.text).toMatch(
    /<p class="fault" id="fault" role="alert">This address and password do not belong together\./,
  );
  expect(wrong.text).toContain('<title>Error: Sign in · Cloister</title>');
  expect(wrong.text).toContain('aria-describedby="fault"');
  expect(wrong.text).toContain('value="alice@acme.example"');
  expect(wrong.text).not.toContain('not it');
});

it("speaks the browser's language, and another when asked", async () => {
  const client = identity.client();
  const { location } = await beginSignIn(client);
  const japanese = await client.ask(location, { headers: { 'accept-language': 'ja,en;q=0.5' } });
  expect(japanese.text).toContain('<html lang="ja">');
  expect(japanese.text).toContain('メールアドレス');
  const switched = /<a lang="en" hreflang="en" href="([^"]+)">English<\/a>/.exec(japanese.text)?.[1] ?? '';
  const english = await client.ask(switched, { headers: { 'accept-language': 'ja' } });
  expect(english.text).toContain('<html lang="en">');
  const wrong = await postForm(client, english, { email: 'a@b.example', password: 'x' });
  expect(wrong.text).toContain('<html lang="en">');
});

it('asks in the language that the app asked for', async () => {
  const { page } = await openPage(identity.client(), { extra: { ui_locales: 'ja-JP en' } });
  expect(page.text).toContain('<html lang="ja">');
});

it('escapes what was typed', async () => {
  const { client, page } = await openPage();
  const answer = await postForm(client, page, { email: '"><script>alert(1)</script>', password: 'x' });
  expect(answer.status).toBe(401);
  expect(answer.text).not.toContain('<script>');
});

it('answers an unknown address exactly as a wrong password', async () => {
  const known = await openPage();
  const unknown = await openPage();
  const one = await postForm(known.client, known.page, { email: 'bob@acme.example', password: 'wrong' });
  const two = await postForm(unknown.client, unknown.page, { email: 'bab@acme.example', password: 'wrong' });
  expect(two.status).toBe(one.status);
  const bare = (text: string) => text.replace(/value="[^"]*"/g, '').replace(/\/sign-in\/[\w-]+/g, '');
  expect(bare(two.text)).toBe(bare(one.text));
});

it('refuses a form that is not from its own page, and a page that another browser began', async () => {
  const { client, page, location } = await openPage();
  const { action } = readForm(page.text);
  const forged = await client.ask(action, { form: { email: 'alice@acme.example', password, csrf: 'x'.repeat(43) } });
  expect(forged.status).toBe(403);
  expect(forged.text).toContain('open for too long');
  const other = await identity.client().ask(location);
  expect(other.status).toBe(410);
  expect(other.text).toContain('This page has expired');
  expect((await postForm(client, page, { email: 'alice@acme.example', password })).status).toBe(303);
});

it('asks for what is missing', async () => {
  const { client, page } = await openPage();
  expect((await postForm(client, page, { email: '', password })).status).toBe(400);
  expect((await postForm(client, page, { email: 'alice@acme.example', password: '' })).status).toBe(400);
});

it('makes one account wait longer and longer after failures, and tells how long', async () => {
  const { client, page } = await openPage();
  const attempt = (guess: string) => postForm(client, page, { email: 'bob@acme.example', password: guess });
  for (let failure = 1; failure <= 6; failure++) expect((await attempt('wrong')).status).toBe(401);
  const waits: number[] = [];
  for (let round = 0; round < 4; round++) {
    const refused = await attempt(password);
    expect(refused.status).toBe(429);
    expect(refused.text).toContain('Too many attempts in a row. Wait ');
    const seconds = Number(refused.headers['retry-after']);
    waits.push(seconds);
    identity.clock.ms += seconds * 1000;
    expect((await attempt('wrong')).status).toBe(401);
  }
  expect(waits).toEqual([1, 2, 4, 8]);
  identity.clock.ms += 16_000;
  expect((await attempt(password)).status).toBe(303);
});

it('counts attempts that run at the same time', async () => {
  const { client, page } = await openPage();
  const guesses = Array.from({ length: 12 }, () =>
    postForm(client, page, { email: 'bob@acme.example', password: 'wrong' }),
  );
  const statuses = (await Promise.all(guesses)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(6);
  expect(statuses.filter((status) => status === 429)).toHaveLength(6);
});

it('limits one network address over many accounts, and no other address', async () => {
  const { client, page } = await openPage();
  for (let account = 0; account < 31; account++) {
    const answer = await postForm(client, page, { email: `nobody${account}@acme.example`, password: 'wrong' });
    expect(answer.status).toBe(401);
  }
  expect((await postForm(client, page, { email: 'alice@acme.example', password })).status).toBe(429);
  client.address = '192.0.2.2';
  expect((await postForm(client, page, { email: 'alice@acme.example', password })).status).toBe(303);
});

it('keeps its cookies to itself: this host only, unreadable for scripts, not sent across sites', async () => {
  const client = identity.client();
  const { started, location, redirectUri } = await beginSignIn(client);
  const posted = await postForm(client, await client.ask(location), { email: 'alice@acme.example', password });
  const resumed = await client.ask(String(posted.headers.location));
  const cookies = [started, resumed].flatMap(({ headers }) => headers['set-cookie'] ?? []);
  expect(cookies.some((cookie) => cookie.startsWith('cloister_sign_in='))).toBe(true);
  for (const cookie of cookies) {
    expect(cookie).toMatch(/; httponly/i);
    expect(cookie).toMatch(/; samesite=lax/i);
    expect(cookie).not.toMatch(/; domain=/i);
  }
  await followTo(client, resumed, redirectUri);
});

it('marks cookies secure on https', async () => {
  const client = identity.client();
  client.origin.protocol = 'https:';
  client.origin.port = '8444';
  const { started, location } = await beginSignIn(client);
  expect(location).toMatch(/^\/idbroker\/sign-in\//);
  for (const cookie of started.headers['set-cookie'] ?? []) expect(cookie).toMatch(/; secure/i);
});

it('answers at no address but its own', async () => {
  const client = identity.client();
  client.origin.hostname = 'evil.example';
  const { started } = await beginSignIn(client);
  expect(started.status).toBe(400);
  expect(started.headers.location).toBeUndefined();
});

it("asks a native client's person each time, a web client's once", async () => {
  const client = identity.client();
  await signIn(client, 'alice@acme.example', password, web);
  const again = await beginSignIn(client, web);
  expect(again.location).toMatch(new RegExp(`^${app}/signed-in\\?code=`));
  const native = await beginSignIn(client);
  expect(native.location).toMatch(/^\/idbroker\/sign-in\//);
});

it("keeps people of another organisation out of an organisation's app", async () => {
  const { client, page } = await openPage(identity.client(), web);
  const refused = await postForm(client, page, { email: 'gina@globex.example', password });
  expect(refused.status).toBe(403);
  expect(refused.text).toContain('another organisation');
  const welcome = await postForm(client, page, { email: 'alice@acme.example', password });
  expect((await followTo(client, welcome, web.redirectUri)).searchParams.get('code')).toBeTypeOf('string');
});

it("lets a browser's person become somebody else, without ending what the first one's apps do", async () => {
  const client = identity.client();
  const other = { clientId: 'cloister-web', redirectUri: 'https://acme.localhost:8444/signed-in' };
  const gina = await signIn(client, 'gina@globex.example', password, other);
  const { location } = await beginSignIn(client, web);
  expect(location).toMatch(/^\/idbroker\/sign-in\//);
  const posted = await postForm(client, await client.ask(location), { email: 'alice@acme.example', password });
  const between = await client.ask(String(posted.headers.location));
  expect(between.status).toBe(200);
  // The one script of all pages sends this form; the policy names it by its hash.
  const script = /<script>([\s\S]*?)<\/script>/.exec(between.text)?.[1] ?? '';
  const hash = createHash('sha256').update(script).digest('base64');
  expect(between.headers['content-security-policy']).toContain(`script-src 'sha256-${hash}'`);
  const fields = [...between.text.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  const action = /action="([^"]+)"/.exec(between.text)?.[1] ?? '';
  const back = await followTo(client, await client.ask(action, { form: Object.fromEntries(fields) }), web.redirectUri);
  expect(back.searchParams.get('code')).toBeTypeOf('string');
  expect((await reduce(identity.client(), gina.access_token, 'spark:kms')).status).toBe(200);
});

it('fills in the address that the app expects', async () => {
  const { page } = await openPage(identity.client(), { extra: { login_hint: 'bob@acme.example' } });
  expect(page.text).toContain('value="bob@acme.example"');
  expect(page.text).toMatch(/id="password"[^>]* autofocus/);
});

it('lets nothing keep an answer', async () => {
  const { page } = await openPage();
  const missing = await identity.client().ask('/identity/api/v1/me');
  expect([page, missing].map(({ headers }) => headers['cache-control'])).toEqual(['no-store', 'no-store']);
});

it('sends a code to a registered address only', async () => {
  const { started } = await beginSignIn(identity.client(), { ...web, redirectUri: 'https://evil.example/signed-in' });
  expect(started.status).toBe(400);
  expect(started.text).toContain('invalid_redirect_uri');
  expect(started.text).not.toContain('evil.example');
});

it('needs PKCE of public clients (RFC 7636)', async () => {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'cloister-cli',
    redirect_uri: cliRedirect,
    scope: 'openid spark:all',
  });
  const answer = await identity.client().ask(`/idbroker/idb/oauth2/v1/authorize?${query}`);
  expect(String(answer.headers.location)).toContain('error=invalid_request');
});
