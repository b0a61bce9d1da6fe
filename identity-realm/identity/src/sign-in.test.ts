import { afterAll, beforeAll, expect, it } from 'vitest';
import { type IdentityUnderTest, identityUnderTest, origin, password } from './testing/identity-under-test.ts';
import { beginSignIn, claimsOf, headerOf, signIn } from './testing/sign-in.ts';

let identity: IdentityUnderTest;
beforeAll(async () => {
  identity = await identityUnderTest();
});
afterAll(() => identity.close());

it('signs a person in without a browser and gives a full token for identity alone (R284)', async () => {
  const client = identity.client();
  const tokens = await signIn(client, 'alice@acme.example', password);
  const alice = identity.person('alice@acme.example');
  expect(headerOf(tokens.access_token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
  const claims = claimsOf(tokens.access_token);
  expect(claims).toMatchObject({
    iss: `${origin}/idbroker`,
    sub: alice.id,
    realm: alice.organisationId,
    aud: 'identity',
    scope: 'spark:all spark:kms spark:people_read',
    client_id: 'cloister-cli',
  });
  expect(claims.sid).toMatch(/^[0-9a-f-]{36}$/);
  expect(Number(claims.exp) - Number(claims.iat)).toBe(12 * 60 * 60);
});

it('shows a page', async () => {
  const client = identity.client();
  const { started, location } = await beginSignIn(client);
  expect(started.status).toBe(303);
  const page = await client.ask(location);
  expect(page.status).toBe(200);
});
