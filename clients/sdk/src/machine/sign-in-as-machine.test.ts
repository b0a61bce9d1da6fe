import { checkJws, type EcPublicJwk, type PrivateJwk, parseJws } from '@cloister/seal';
import { base64url, type MachineId, parseKmsHost } from '@cloister/wire';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { alice } from '../testing/log.ts';
import { type ManualPlatform, manualPlatform } from '../testing/manual-platform.ts';
import { signInAsMachine } from './sign-in-as-machine.ts';

const machineId = alice as string as MachineId;
const organisationId = 'eeeeeeee-0000-4000-8000-000000000001';
const deployment = {
  catalogue: 'http://localhost/u2c/api/v1',
  oauth: 'http://localhost/idbroker',
  identity: 'http://localhost/identity',
  kmsHost: parseKmsHost('kms.acme.example'),
  kmsRoots: [],
};
const tokenEndpoint = 'http://localhost/idbroker/idb/oauth2/v1/access_token';
let key: PrivateJwk;
let publicJwk: EcPublicJwk;
let platform: ManualPlatform;
let asked: { form: URLSearchParams; headers: Headers }[];
let identity: () => Response;
let issued: number;

const part = (value: object) => base64url.encode(new TextEncoder().encode(JSON.stringify(value)));
const granted = () => {
  issued += 1;
  const claims = { sub: machineId, realm: organisationId, exp: 1_900_000_000, n: issued };
  return Response.json({ access_token: `${part({ alg: 'ES256' })}.${part(claims)}.c2ln`, expires_in: 600 });
};
const signIn = () => signInAsMachine({ deployment, machineId, key, platform });

beforeAll(async () => {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  key = (await crypto.subtle.exportKey('jwk', pair.privateKey)) as unknown as PrivateJwk;
  publicJwk = (await crypto.subtle.exportKey('jwk', pair.publicKey)) as unknown as EcPublicJwk;
});
beforeEach(() => {
  issued = 0;
  asked = [];
  identity = granted;
  platform = manualPlatform((url, init) => {
    expect(url).toBe(tokenEndpoint);
    asked.push({ form: new URLSearchParams(String(init.body)), headers: new Headers(init.headers) });
    return identity();
  });
});

it('proves itself by its key, with an assertion of its own for each token (R341, RFC 7523)', async () => {
  const session = await signIn();
  expect([session.personId, session.organisationId]).toEqual([machineId, organisationId]);
  await session.kmsCredential();
  const assertions = asked.map(({ form }) => form.get('client_assertion') ?? '');
  for (const assertion of assertions) {
    const jws = parseJws(assertion);
    await expect(checkJws(jws, publicJwk, { algorithms: ['ES256'], typ: 'JWT' })).resolves.toBeDefined();
    const now = platform.now() / 1000;
    expect(JSON.parse(new TextDecoder().decode(jws.payload))).toMatchObject({
      iss: machineId,
      sub: machineId,
      aud: tokenEndpoint,
      iat: now,
      exp: now + 60,
    });
  }
  expect(new Set(assertions).size).toBe(2);
  expect(asked.map(({ form }) => [form.get('grant_type'), form.get('client_id'), form.get('scope')])).toEqual([
    ['client_credentials', machineId, 'spark:all'],
    ['client_credentials', machineId, 'spark:kms'],
  ]);
});

it('binds the key server’s token alone (RFC 9449)', async () => {
  const session = await signIn();
  await session.kmsCredential();
  expect(asked.map(({ headers }) => headers.has('dpop'))).toEqual([false, true]);
});

it('asks again when a token ends or is refused, since there is nothing to refresh', async () => {
  const session = await signIn();
  const first = await session.coreToken();
  expect(asked).toHaveLength(1);
  session.refused(first);
  const second = await session.coreToken();
  await platform.advance(550_000);
  expect(new Set([first, second, await session.coreToken()]).size).toBe(3);
});

it('says that its function is off, and heals when it is on again (R342)', async () => {
  const session = await signIn();
  identity = () => Response.json({ error: 'access_denied', code: 'platform/function-off' }, { status: 403 });
  await expect(session.kmsCredential()).rejects.toMatchObject({ code: 'platform/function-off' });
  expect(session.signedOut).toBe(false);
  identity = granted;
  await expect(session.kmsCredential()).resolves.toBeDefined();
});

it('learns no names and has no full token', async () => {
  const session = await signIn();
  await expect(session.peopleToken()).rejects.toMatchObject({ code: 'core/not-for-machines' });
  await expect(session.fullToken()).rejects.toMatchObject({ code: 'core/not-for-machines' });
});

it('keeps its key out of everything it can be asked for', async () => {
  const session = await signIn();
  expect(JSON.stringify(session)).not.toContain((key as { d?: string }).d);
  expect(asked.every(({ form }) => !form.toString().includes((key as { d?: string }).d ?? '?'))).toBe(true);
});
