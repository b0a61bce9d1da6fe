import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, sql } from '@cloister/database';
import { database, type TestDatabase } from '@cloister/testkit';
import { keyThumbprint } from '@cloister/verify';
import { parseJoiningCode } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HttpClient } from './testing/http-client.ts';
import { cast, origin, password } from './testing/identity-under-test.ts';
import { claimsOf, signIn } from './testing/sign-in.ts';

const main = new URL('main.ts', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'cloister-id-'));
const file = (name: string) => join(folder, name);
const write = (name: string, content: string, mode = 0o600) => writeFileSync(file(name), content, { mode });

let empty: TestDatabase;
beforeAll(async () => {
  empty = await database();
  write('at-rest.key', `${randomBytes(32).toString('base64url')}\n`);
  write('people.json', JSON.stringify(cast));
  const config = {
    listen: { socket: file('id.sock') },
    health: { socket: file('health.sock') },
    database: { host: empty.host, database: empty.database, user: empty.user, credentialFile: empty.credentialFile },
    issuer: `${origin}/idbroker`,
    origins: [origin],
    apps: [],
    atRestKeyFile: file('at-rest.key'),
    realms: [],
    joining: { identity: 'https://localhost:8444', core: 'wss://localhost:8444/realm/v1/connect' },
  };
  write('identity.json', JSON.stringify(config));
  write('unknown.json', JSON.stringify({ ...config, orgins: [] }));
});
afterAll(async () => {
  await empty.drop();
  rmSync(folder, { recursive: true });
});

const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
const ended = async (child: ChildProcess): Promise<{ code: number | null; output: string }> => {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
};
const provisionTo = (output: string) =>
  ended(
    start('provision', '--config', file('identity.json'), '--people', file('people.json'), '--output', file(output)),
  );

it('provisions the same organisations and people however often, tells nothing on its output, and serves them (R423)', async () => {
  const first = await provisionTo('one.json');
  expect(first).toMatchObject({ code: 0, output: expect.stringContaining('identity.provisioned') });
  for (const { email, name } of cast.organisations.flatMap(({ people }) => people)) {
    expect(first.output).not.toContain(email);
    expect(first.output).not.toContain(name);
  }
  expect(statSync(file('one.json')).mode & 0o777).toBe(0o600);
  expect((await provisionTo('two.json')).code).toBe(0);
  const provisioned = JSON.parse(readFileSync(file('one.json'), 'utf8'));
  expect(JSON.parse(readFileSync(file('two.json'), 'utf8'))).toEqual(provisioned);
  expect(provisioned.feedKey).toMatchObject({ kty: 'OKP', crv: 'Ed25519', x: expect.any(String) });
  expect(provisioned.feedKey).not.toHaveProperty('d');
  expect(provisioned.people[0]).toEqual({
    id: expect.any(String),
    email: 'alice@acme.example',
    name: 'Alice Müller',
    organisationId: provisioned.organisations[0].id,
    roles: ['member', 'full-admin'],
  });

  const server = start('--config', file('identity.json'));
  const end = ended(server);
  await new Promise<void>((resolve) => {
    server.stdout?.on('data', (chunk: Buffer) => chunk.includes('identity.started') && resolve());
    server.once('close', () => resolve());
  });
  expect(statSync(file('id.sock')).mode & 0o777).toBe(0o600);
  const { access_token: token } = await signIn(new HttpClient(file('id.sock'), origin), 'alice@acme.example', password);
  expect(claimsOf(token).sub).toBe(provisioned.people[0].id);
  expect((await health('/readyz')).status).toBe(200);
  // R423: figures name nobody, not even by an id.
  const metrics = await health('/metrics');
  expect(metrics.status).toBe(200);
  expect(metrics.text).toContain('process_cpu_seconds_total');
  expect(metrics.text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-|@|alice/i);
  server.kill('SIGTERM');
  expect((await end).code).toBe(0);
}, 120_000);

const health = (path: string) =>
  new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    request({ socketPath: file('health.sock'), path }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, text }));
    })
      .on('error', reject)
      .end();
  });

it('refuses a people file that others may read', async () => {
  write('open.json', JSON.stringify(cast), 0o644);
  const args = ['--config', file('identity.json'), '--people', file('open.json'), '--output', file('x.json')];
  const { code, output } = await ended(start('provision', ...args));
  expect(code).toBe(1);
  expect(output).toContain('chmod 600');
});

it('names a setting it does not know, and its nearest neighbour', async () => {
  const { code, output } = await ended(start('--config', file('unknown.json')));
  expect(code).toBe(1);
  expect(output).toContain('did you mean "origins"');
});

it('says how to run it', async () => {
  expect(await ended(start('provision'))).toMatchObject({ code: 1, output: expect.stringContaining('--people') });
});

it('lets the operator invite a key server, see and withdraw those that joined; its database keeps no code (R350)', async () => {
  await provisionTo('invited.json');
  const realm = (...args: string[]) => ended(start('realm', ...args, '--config', file('identity.json')));
  const invited = await realm('invite', 'acme.example', '--host', 'kms.acme.example');
  expect(invited.code).toBe(0);
  const { code } = JSON.parse(
    invited.output.split('\n').find((line) => line.includes('"code":"cloister-join')) ?? '{}',
  );
  const { secret, kmsHost, feedKey } = parseJoiningCode(code);
  expect(kmsHost).toBe('kms.acme.example');
  const { feedKey: jwk } = JSON.parse(readFileSync(file('invited.json'), 'utf8'));
  expect(feedKey).toBe(keyThumbprint(jwk));
  const own = openDatabase({
    host: empty.host,
    database: empty.database,
    user: empty.user,
    credentialFile: empty.credentialFile,
    name: 'test',
  });
  const kept = await own.one(sql<{ hash: Buffer }>`SELECT secret_hash AS hash FROM realm_invitations`);
  await own.close();
  expect(kept.hash.toString('base64url')).toBe(createHash('sha256').update(secret).digest('base64url'));
  expect((await realm('list')).output).not.toContain('kms.acme.example');
  expect(await realm('withdraw', '--host', 'kms.acme.example')).toMatchObject({ code: 1 });
  expect(await realm('invite', 'acme.example', '--host', 'kms.elsewhere.example')).toMatchObject({
    code: 1,
    output: expect.stringContaining('identity/domain-not-proven'),
  });
  expect(await realm('invite', '--host')).toMatchObject({
    code: expect.any(Number),
    output: expect.stringContaining('hint:'),
  });
});
