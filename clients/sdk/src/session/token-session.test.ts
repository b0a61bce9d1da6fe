import { checkJws, type EcPublicJwk, PrivateKey, parseJws } from '@cloister/seal';
import { base64url, parseKmsHost } from '@cloister/wire';
import { beforeEach, expect, it } from 'vitest';
import { memoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import { alice, ben } from '../testing/log.ts';
import { type ManualPlatform, manualPlatform } from '../testing/manual-platform.ts';
import type { Session, SessionOptions } from './session.ts';
import { TokenSession } from './token-session.ts';

const organisationId = 'eeeeeeee-0000-4000-8000-000000000001';
const hour = 3_600_000;
let platform: ManualPlatform;
let store: Store;
let asked: { form: URLSearchParams; headers: Headers }[];
/** What identity answers to the next requests; a number is a refusal with that error. */
let identity: (form: URLSearchParams) => Response;
let issued: number;

const jwt = (sub: string = alice) => {
  issued += 1;
  const part = (value: object) => base64url.encode(new TextEncoder().encode(JSON.stringify(value)));
  return `${part({ alg: 'ES256' })}.${part({ sub, realm: organisationId, exp: 1_900_000_000, n: issued })}.c2ln`;
};
const granted = (seconds: number, more: object = {}) =>
  Response.json({ access_token: jwt(), expires_in: seconds, token_type: 'Bearer', ...more });
const refuse = (error: string, status = 400) => Response.json({ error }, { status });
const scopes = () => asked.map(({ form }) => form.get('scope') ?? form.get('grant_type'));

beforeEach(() => {
  issued = 0;
  asked = [];
  store = memoryStore();
  identity = () => granted(600);
  platform = manualPlatform((_url, init) => {
    const form = new URLSearchParams(String(init.body));
    asked.push({ form, headers: new Headers(init.headers) });
    return identity(form);
  });
});

const options = (): SessionOptions => ({
  platform,
  store,
  deployment: {
    catalogue: 'http://localhost/u2c/api/v1',
    oauth: 'http://localhost/idbroker',
    identity: 'http://localhost/identity',
    clientId: 'cloister-web',
    scope: 'spark:all spark:kms spark:people_read',
    kmsHost: parseKmsHost('kms.acme.example'),
    kmsRoots: [],
  },
});
const begin = (life = 12 * hour): Promise<Session> =>
  TokenSession.begin(options(), { accessToken: jwt(), refreshToken: 'refresh-1', expiresAt: platform.now() + life });

it('reduces the full token once for each realm and keeps the three apart (R284)', async () => {
  const session = await begin();
  const tokens = await Promise.all([session.coreToken(), session.coreToken(), session.peopleToken()]);
  const { bearer } = await session.kmsCredential();
  expect(scopes()).toEqual(['spark:all', 'spark:people_read', 'spark:kms']);
  expect(new Set([...tokens, bearer, await session.fullToken()]).size).toBe(4);
  expect(asked.every(({ headers }) => !headers.has('authorization'))).toBe(true);
});

it('binds the key server’s token to a key of its own, and no other (RFC 9449)', async () => {
  const session = await begin();
  await session.coreToken();
  const { bearer, prove } = await session.kmsCredential();
  expect(asked[0]?.headers.has('dpop')).toBe(false);
  const proof = parseJws(asked[1]?.headers.get('dpop') ?? '');
  const jwk = proof.header.jwk as EcPublicJwk;
  await expect(checkJws(proof, jwk, { algorithms: ['ES256'], typ: 'dpop+jwt' })).resolves.toBeDefined();
  expect(JSON.parse(new TextDecoder().decode(proof.payload))).toMatchObject({
    htm: 'POST',
    htu: 'http://localhost/idbroker/idb/oauth2/v1/access_token',
    iat: platform.now() / 1000,
  });
  // The same key proves the handshake.
  const { publicJwk } = await PrivateKey.generateEphemeral('channel');
  const handshake = parseJws(await prove(publicJwk));
  expect(handshake.header.jwk).toEqual(jwk);
  expect(bearer).not.toBe('');
});

it('renews a reduction before it ends, not earlier', async () => {
  const session = await begin();
  const first = await session.coreToken();
  await platform.advance(530_000);
  expect(await session.coreToken()).toBe(first);
  await platform.advance(20_000);
  expect(await session.coreToken()).not.toBe(first);
  expect(asked).toHaveLength(2);
});

it('asks for another reduction when a server refused the one it had', async () => {
  const session = await begin();
  const first = await session.coreToken();
  session.refused(first);
  expect(await session.coreToken()).not.toBe(first);
});

it('refreshes the full token once for all who need it, and remembers the new pair', async () => {
  const session = await begin(30_000);
  identity = (form) =>
    form.get('grant_type') === 'refresh_token' ? granted(12 * 3600, { refresh_token: 'refresh-2' }) : granted(600);
  await Promise.all([session.coreToken(), session.peopleToken(), session.fullToken()]);
  expect(asked.filter(({ form }) => form.get('grant_type') === 'refresh_token')).toHaveLength(1);
  expect(await store.read('session', 'tokens')).toMatchObject({ refreshToken: 'refresh-2' });
});

it('takes over what another tab refreshed, instead of using a refresh token twice (RFC 9700)', async () => {
  const session = await begin(30_000);
  const fresh = jwt();
  await store.write('session', 'tokens', { accessToken: fresh, refreshToken: 'r', expiresAt: platform.now() + hour });
  expect(await session.fullToken()).toBe(fresh);
  expect(asked).toEqual([]);
});

it('ends when the refresh is refused, and says so', async () => {
  const session = await begin(30_000);
  identity = () => refuse('invalid_grant');
  let told = 0;
  session.subscribe(() => {
    told += 1;
  });
  await expect(session.coreToken()).rejects.toMatchObject({ code: 'client/not-signed-in' });
  await Promise.resolve();
  expect([session.signedOut, told]).toEqual([true, 1]);
  expect(await TokenSession.resume(options())).toBeUndefined();
});

it.each([
  ['a silent server', () => refuse('server_error', 503), 'client/offline'],
  ['a wrong clock', () => refuse('invalid_dpop_proof'), 'identity/invalid-request'],
  ['a page instead of an answer', () => new Response('<html>', { status: 200 }), 'client/unreadable'],
])('does not end for %s', async (_name, response, code) => {
  const session = await begin();
  identity = response;
  await expect(session.kmsCredential()).rejects.toMatchObject({ code });
  expect(session.signedOut).toBe(false);
  identity = () => granted(600);
  await expect(session.kmsCredential()).resolves.toBeDefined();
});

it('forgets everything at sign-out, also when identity does not answer', async () => {
  const session = await begin();
  await store.write('keys', 'key/1', 'secret');
  identity = () => {
    throw new TypeError('no route');
  };
  await session.signOut();
  expect(asked[0]?.form.get('token')).toBe('refresh-1');
  expect((await store.readAll('keys')).size + (await store.readAll('session')).size).toBe(0);
  await expect(session.coreToken()).rejects.toMatchObject({ code: 'client/not-signed-in' });
});

it('leaves nothing of one person to the next in the same store', async () => {
  await begin();
  await store.write('outbox', 'x', { text: 'unsent' });
  await store.write('drafts', 'x', 'half a thought');
  await TokenSession.begin(options(), { accessToken: jwt(ben), expiresAt: platform.now() + hour });
  expect((await store.readAll('outbox')).size + (await store.readAll('drafts')).size).toBe(0);
});
