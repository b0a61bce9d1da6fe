import { afterEach, beforeEach, expect, it } from 'vitest';
import { readFeed } from './testing/feed.ts';
import { app, type IdentityUnderTest, identityUnderTest, password } from './testing/identity-under-test.ts';
import {
  beginSignIn,
  claimsOf,
  exchange,
  followTo,
  oauth,
  postForm,
  reduce,
  signIn,
  type Tokens,
  web,
} from './testing/sign-in.ts';

let identity: IdentityUnderTest;
beforeEach(async () => {
  identity = await identityUnderTest();
});
afterEach(() => identity.close());

const refresh = (token: string, clientId = 'cloister-cli') =>
  identity.client().ask(`${oauth}/access_token`, {
    form: { grant_type: 'refresh_token', refresh_token: token, client_id: clientId },
  });
const revoked = async (): Promise<unknown[]> =>
  (await readFeed(identity)).entries.flatMap((entry) => (entry.kind === 'session' ? [entry.sid] : []));

it('gives other tokens at each refresh, of the same sign-in', async () => {
  const first = await signIn(identity.client(), 'alice@acme.example', password);
  expect(first.refresh_token_expires_in).toBe(30 * 24 * 60 * 60);
  const answer = await refresh(first.refresh_token);
  expect(answer.status).toBe(200);
  const second: Tokens = answer.json();
  expect(second.access_token).not.toBe(first.access_token);
  expect(second.refresh_token).not.toBe(first.refresh_token);
  expect(claimsOf(second.access_token).sid).toBe(claimsOf(first.access_token).sid);
  expect((await refresh(second.refresh_token)).status).toBe(200);
});

it('forgives a lost answer for a minute, then takes a second use for theft and ends the sign-in', async () => {
  const { access_token: token, refresh_token: old } = await signIn(identity.client(), 'alice@acme.example', password);
  const first = await refresh(old);
  const lost = await refresh(old);
  expect([first.status, lost.status]).toEqual([200, 200]);
  expect(await revoked()).toEqual([]);

  identity.clock.ms += 61_000;
  const stolen = await refresh(old);
  expect(stolen.status).toBe(400);
  expect(stolen.json().error).toBe('invalid_grant');
  expect(await revoked()).toEqual([claimsOf(token).sid]);
  expect((await refresh(first.json().refresh_token)).status).toBe(400);
  expect((await reduce(identity.client(), token, 'spark:kms')).status).toBe(400);
});

it('gives a refresh token to no other client', async () => {
  const { refresh_token: token } = await signIn(identity.client(), 'alice@acme.example', password);
  expect((await refresh(token, 'cloister-web')).status).toBe(400);
  expect((await refresh(token)).status).toBe(200);
});

const freshCode = async () => {
  const client = identity.client();
  const { location, verifier, clientId, redirectUri } = await beginSignIn(client);
  const answer = await postForm(client, await client.ask(location), { email: 'alice@acme.example', password });
  const code = (await followTo(client, answer, redirectUri)).searchParams.get('code') ?? '';
  return { client, parts: { code, verifier, clientId, redirectUri } };
};

it('takes a code once; a second time ends the sign-in that came of it (RFC 6749 §4.1.2)', async () => {
  const { client, parts } = await freshCode();
  const { access_token: token } = await exchange(client, parts);
  await expect(exchange(client, parts)).rejects.toThrow('invalid_grant');
  expect(await revoked()).toEqual([claimsOf(token).sid]);
});

it('takes a code once of many times at the same moment', async () => {
  const { client, parts } = await freshCode();
  const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => exchange(client, parts)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
});

it('takes a code only with the verifier of its challenge (RFC 7636 §4.6)', async () => {
  const { client, parts } = await freshCode();
  await expect(exchange(client, { ...parts, verifier: 'x'.repeat(43) })).rejects.toThrow('invalid_grant');
});

it('revokes by refresh token and by full token, and the realms hear of it', async () => {
  const one = await signIn(identity.client(), 'alice@acme.example', password);
  const two = await signIn(identity.client(), 'alice@acme.example', password);
  const revoke = (token: string) =>
    identity.client().ask(`${oauth}/revoke`, { form: { token, client_id: 'cloister-cli' } });
  expect((await revoke(one.refresh_token)).status).toBe(200);
  expect(await revoked()).toEqual([claimsOf(one.access_token).sid]);
  expect((await revoke(two.access_token)).status).toBe(200);
  expect(await revoked()).toEqual([claimsOf(one.access_token).sid, claimsOf(two.access_token).sid]);
  expect((await refresh(two.refresh_token)).status).toBe(400);
  // RFC 7009 §2.2: again, or with nonsense, is no error and no second statement.
  expect((await revoke(two.access_token)).status).toBe(200);
  expect((await revoke('a.b.c')).status).toBe(200);
  expect(await revoked()).toHaveLength(2);
});

it('signs out of the browser and of its web apps, not of native clients', async () => {
  const client = identity.client();
  const cli = await signIn(client, 'alice@acme.example', password);
  const { access_token: token, id_token: hint } = await signIn(client, 'alice@acme.example', password, web);
  const query = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: `${app}/` });
  const page = await client.ask(`${oauth}/logout?${query}`);
  expect(page.status).toBe(200);
  expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  const action = /action="([^"]+)"/.exec(page.text)?.[1] ?? '';
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  const done = await client.ask(action, { form: { xsrf, logout: 'yes' } });
  expect(done.status).toBe(303);
  expect(done.headers.location).toBe(`${app}/`);
  expect(await revoked()).toEqual([claimsOf(token).sid]);
  expect((await refresh(cli.refresh_token)).status).toBe(200);
  expect((await beginSignIn(client, web)).location).toMatch(/^\/idbroker\/sign-in\//);
});

it('serves clients that others wrote with Basic authentication, with bearer tokens (R322)', async () => {
  const basic = `Basic ${Buffer.from('cloister-evaluation:a secret for tests').toString('base64')}`;
  const client = identity.client();
  const flow = { clientId: 'cloister-evaluation', scope: 'spark:all spark:kms spark:people_read' };
  const { location, verifier, redirectUri } = await beginSignIn(client, flow);
  const answer = await postForm(client, await client.ask(location), { email: 'alice@acme.example', password });
  const code = (await followTo(client, answer, redirectUri)).searchParams.get('code') ?? '';
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  const ask = (headers: Record<string, string>) =>
    client.ask(`${oauth}/access_token`, { headers, form: { ...form, self_contained_token: 'true' } });
  const wrong = `Basic ${Buffer.from('cloister-evaluation:another secret').toString('base64')}`;
  expect((await ask({ authorization: wrong })).status).toBe(401);
  const tokens = (await ask({ authorization: basic })).json();
  expect(tokens).toMatchObject({
    access_token: expect.any(String),
    expires_in: 12 * 60 * 60,
    refresh_token: expect.any(String),
    refresh_token_expires_in: expect.any(Number),
    token_type: 'Bearer',
    scope: 'spark:all spark:kms spark:people_read',
  });
  const renewed = await client.ask(`${oauth}/access_token`, {
    headers: { authorization: basic },
    form: { grant_type: 'refresh_token', refresh_token: tokens.refresh_token },
  });
  expect(renewed.json().access_token).not.toBe(tokens.access_token);
});

it("gives a machine account a token that is nobody's and reads nobody (R424)", async () => {
  const basic = `Basic ${Buffer.from('cloister-evaluation:a secret for tests').toString('base64')}`;
  const client = identity.client();
  const ask = () =>
    client.ask(`${oauth}/access_token`, {
      headers: { authorization: basic },
      form: { grant_type: 'client_credentials', scope: 'spark:all spark:people_read' },
    });
  const first = (await ask()).json().access_token;
  const second = (await ask()).json().access_token;
  const { machine } = identity.config.client ?? {};
  expect(claimsOf(first)).toMatchObject({ sub: machine?.id, realm: machine?.organisationId, aud: 'identity' });
  expect(claimsOf(first).sid).toBe(claimsOf(second).sid);
  const people = await client.ask('/identity/api/v1/people?query=alice', {
    headers: { authorization: `Bearer ${first}` },
  });
  expect(people.status).toBe(401);
  expect(people.text).not.toContain('alice');
});

it('publishes its keys and endpoints', async () => {
  const client = identity.client();
  const discovery = (await client.ask('/idbroker/.well-known/openid-configuration')).json();
  expect(discovery).toMatchObject({
    issuer: identity.config.issuer,
    token_endpoint: `${client.origin.origin}${oauth}/access_token`,
    authorization_endpoint: `${client.origin.origin}${oauth}/authorize`,
    revocation_endpoint: `${client.origin.origin}${oauth}/revoke`,
    end_session_endpoint: `${client.origin.origin}${oauth}/logout`,
    jwks_uri: `${client.origin.origin}/idbroker/jwks`,
  });
  expect(discovery.userinfo_endpoint).toBeUndefined();
  const { keys } = (await client.ask('/idbroker/jwks')).json();
  expect(keys).toHaveLength(1);
  expect(keys[0]).not.toHaveProperty('d');
});

it("lets the apps' pages ask for tokens, and no other page", async () => {
  const ask = (from: string) =>
    identity.client().ask(`${oauth}/access_token`, {
      headers: { origin: from },
      form: { grant_type: 'refresh_token', refresh_token: 'x', client_id: 'cloister-web' },
    });
  expect((await ask(app)).headers['access-control-allow-origin']).toBe(app);
  const other = await ask('https://evil.example');
  expect(other.status).toBe(400);
  expect(other.headers['access-control-allow-origin']).toBeUndefined();
});

it('answers a path it does not know with a problem', async () => {
  const answer = await identity.client().ask('/idbroker/nothing');
  expect(answer.status).toBe(404);
  expect(answer.headers['content-type']).toContain('application/problem+json');
});
