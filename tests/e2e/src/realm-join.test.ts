import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as pathJoin } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  askKms,
  askOperator,
  certificate,
  init,
  join,
  layOut,
  type RunningRealm,
  readSettings,
  renew,
  rotate,
  start,
  status,
} from '@cloister/realm';
import { globalPlatform, memoryStore, signInWithPassword } from '@cloister/sdk';
import { type Constellation, constellation } from '@cloister/testkit';
import { type KmsHost, type OrganisationId, parseKmsHost } from '@cloister/wire';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { deploymentOf, makeRoom, type SdkPerson, say, sdkPerson, seen, withSession } from './sdk/sdk-person.ts';

// Servers are started a dozen times here, beside a whole deployment.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const kmsHost = parseKmsHost('kms.initech.example');
const domain = 'initech.example';
const password = 'a stapler of my own';
const identityProgram = fileURLToPath(new URL('../../../identity-realm/identity/src/main.ts', import.meta.url));

let all: Constellation;
/** Another machine's folder: nothing in it is the deployment's. */
let elsewhere: string;
let folder: string;
let organisationId: OrganisationId;
let realm: RunningRealm;
let milton: SdkPerson;
let alice: SdkPerson;
let olivia: SdkPerson;

const file = (name: string) => pathJoin(elsewhere, name);
const written = (name: string, text: string): string => {
  writeFileSync(file(name), text, { mode: 0o600 });
  return file(name);
};
const said: string[] = [];

/** The operator's own program, at the operator. */
const identity = (...args: string[]): string => {
  const config = pathJoin(all.data, 'servers/identity/config.json');
  const done = spawnSync(process.execPath, [identityProgram, ...args, '--config', config], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${args.join(' ')}: ${done.stderr}${done.stdout}`);
  return done.stdout;
};

/** A code for the key server, as the operator hands it over. */
const invited = (): string => {
  const lines = identity('realm', 'invite', domain, '--host', kmsHost).trim().split('\n');
  return (JSON.parse(lines.at(-1) ?? '') as { code: string }).code;
};

/** The authority's answer to a certificate request, by OpenSSL and the evaluation's root. */
const certified = (request: string, names: readonly string[], use: string, usage: string): string => {
  const authority = pathJoin(all.data, 'authority');
  const extensions = written(
    'extensions',
    [
      'basicConstraints=critical,CA:FALSE',
      `keyUsage=critical,${usage}`,
      `extendedKeyUsage=${use}`,
      `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`,
      'subjectKeyIdentifier=hash',
      'authorityKeyIdentifier=keyid',
    ].join('\n'),
  );
  const output = file(`certificate-${Math.random()}.pem`);
  const ca = ['-CA', pathJoin(authority, 'root.pem'), '-CAkey', pathJoin(authority, 'root.key')];
  const args = [
    'x509',
    '-req',
    '-in',
    request,
    ...ca,
    '-days',
    '90',
    '-sha256',
    '-extfile',
    extensions,
    '-out',
    output,
  ];
  const done = spawnSync('openssl', args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stderr);
  return output;
};
const tlsCertificate = () =>
  certified(layOut(folder).requests.tls, [kmsHost], 'serverAuth,clientAuth', 'digitalSignature');
const staticCertificate = () =>
  certified(layOut(folder).requests.static, [kmsHost, domain], 'serverAuth', 'digitalSignature,keyEncipherment');

/** Somebody of Initech with a client of their own. */
const miltonSignsIn = async (): Promise<SdkPerson> => {
  const acme = deploymentOf(all, all.person('alice').organisationId);
  const session = await signInWithPassword({
    deployment: { ...acme, kmsHost },
    store: memoryStore(),
    platform: globalPlatform,
    email: `milton@${domain}`,
    password,
  });
  return withSession(session);
};

beforeAll(async () => {
  elsewhere = mkdtempSync(pathJoin(tmpdir(), 'cloister-elsewhere-'));
  folder = pathJoin(elsewhere, 'realm');
  all = await constellation();
  const people = [{ name: 'Milton Waddams', email: `milton@${domain}`, password }];
  const organisations = [{ name: 'Initech', domain, people }];
  const input = written('people.json', JSON.stringify({ organisations }));
  identity('provision', '--people', input, '--output', file('provisioned.json'));
  const provisioned = JSON.parse(readFileSync(file('provisioned.json'), 'utf8'));
  organisationId = provisioned.organisations[0].id;
});
afterAll(async () => {
  await Promise.all([milton, alice, olivia].map((person) => person?.close()));
  await realm?.stop();
  await all?.stop();
  rmSync(elsewhere, { recursive: true, force: true });
});

it('makes a realm in a folder of its own, with everything but what others must say (R350, R354)', async () => {
  const options = {
    folder,
    settings: { kmsHost: kmsHost as KmsHost, organisationId, domain: domain as never, database: { kind: 'embedded' } },
    rootsFile: pathJoin(all.data, 'authority/root.pem'),
  } as const;
  await init({ ...options, dryRun: true });
  expect(readdirSync(elsewhere)).not.toContain('realm');
  const told = await init({ ...options, dryRun: false });
  const secrets = ['hsm/pin', 'hsm/shared', 'postgres/password', 'kms/database.password'].map((name) =>
    readFileSync(pathJoin(folder, name), 'utf8'),
  );
  for (const secret of secrets) expect(JSON.stringify(told)).not.toContain(secret);
  await expect(init({ ...options, dryRun: false })).rejects.toThrow(/already/);
  expect((await status(folder, Date.now)).value).toMatchObject({
    operator: null,
    running: null,
    kms: { answers: false },
    link: null,
    certificates: { static: null, tls: null },
    next: [expect.stringContaining('static.csr')],
  });
});

it('takes the authority’s certificates for its own requests, and none that others would refuse', async () => {
  const bad = certified(layOut(folder).requests.tls, ['kms.acme.example'], 'serverAuth,clientAuth', 'digitalSignature');
  await expect(certificate(folder, bad, Date.now)).rejects.toThrow(/another name/);
  const foreign = pathJoin(all.data, 'servers/acme-kms/federation.pem');
  await expect(certificate(folder, foreign, Date.now)).rejects.toThrow(/no key of this realm/);
  await certificate(folder, staticCertificate(), Date.now);
  await certificate(folder, tlsCertificate(), Date.now);
  expect((await status(folder, Date.now)).value).toMatchObject({
    certificates: { static: { state: 'good' }, tls: { state: 'good' } },
    next: [expect.stringContaining('join')],
  });
});

it('joins by the operator’s code, over https to the door, and serves its people (R350, R354, R360)', async () => {
  const code = invited();
  const rootFile = pathJoin(all.data, 'authority/root.pem');
  await expect(start(folder, (line) => said.push(line))).rejects.toThrow(/has not joined/);
  await join({ folder, code, rootFile, now: Date.now });
  realm = await start(folder, (line) => said.push(line));
  expect(said.at(-1)).toBe(`${kmsHost} is ready`);
  expect(readSettings(layOut(folder)).operator?.core).toBe(
    `wss://localhost:${new URL(all.endpoints.tls.core).port}/realm/v1/connect`,
  );
  milton = await miltonSignsIn();
  const roomId = await makeRoom(milton, 'Basement', []);
  const entry = await say(milton, roomId, 'I was told I could listen to the radio');
  expect(entry.kind).toBe('message');
  for (const person of readdirSync(pathJoin(folder, 'logs'))) {
    expect(readFileSync(pathJoin(folder, 'logs', person), 'utf8')).not.toContain(code.slice(20));
  }
});

it('shares rooms with other organisations from then on, and with people of the operator’s key server (R096, R361, R367)', async () => {
  [alice, olivia] = await Promise.all([sdkPerson(all, 'alice'), sdkPerson(all, 'olivia')]);
  const roomId = await makeRoom(alice, 'Joint', [milton, olivia]);
  await say(alice, roomId, 'welcome, Initech');
  await seen(milton, roomId, 'welcome, Initech');
  await say(milton, roomId, 'have you seen my stapler?');
  for (const other of [alice, olivia]) await seen(other, roomId, 'have you seen my stapler?');
  await say(olivia, roomId, 'it is in the basement');
  await seen(milton, roomId, 'it is in the basement');
});

/** The states of TCP sockets that a process holds, as the kernel names them. */
const socketsOf = (pid: number): readonly { readonly state: string; readonly remotePort: number }[] => {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? ''];
      } catch {
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => own.has(fields[9] ?? ''))
      .map((fields) => ({ state: fields[3] ?? '', remotePort: Number.parseInt(fields[2]?.split(':')[1] ?? '', 16) })),
  );
};

it('listens on no network, and has one connection to the core and one to identity, both at the door (R368)', async () => {
  const door = Number(new URL(all.endpoints.tls.core).port);
  const byName = new Map(realm.processes.map(({ name, pid }) => [name, socketsOf(pid)]));
  expect([...byName.keys()].toSorted()).toEqual(['hsm', 'kms', 'postgres']);
  expect(byName.get('hsm')).toEqual([]);
  expect(byName.get('postgres')).toEqual([]);
  const established = '01';
  const open = byName.get('kms')?.filter(({ state }) => state === established) ?? [];
  expect(open.map(({ remotePort }) => remotePort)).toEqual([door, door]);
  expect(byName.get('kms')?.some(({ state }) => state === '0A')).toBe(false);
});

it('says how it is: link, lease, certificates, peers', async () => {
  const { value, lines } = await status(folder, Date.now);
  expect(value).toMatchObject({
    running: process.pid,
    kms: { isReady: true },
    hsm: { isReady: true },
    link: { isUp: true, since: expect.stringMatching(/^\d{4}-/) },
    leaseAgeSeconds: expect.any(Number),
    peers: [{ kmsHost: 'kms.acme.example' }, { kmsHost: 'kms.operator.example' }],
    next: [],
  });
  expect(lines.join('\n')).toContain('link to core  up since');
});

it.each(['link', 'receipt'] as const)(
  'renews its %s key while people talk, also when that breaks off in the midst',
  async (name) => {
    const layout = layOut(folder);
    const roomId = await makeRoom(milton, `Before the ${name} key`, [alice]);
    await say(milton, roomId, 'before');
    const real = { settings: readSettings(layout), kms: askKms(layout), now: Date.now };
    const operator = askOperator(real.settings.operator?.identity ?? '', layout);
    const broken = () => Promise.reject(new Error('the power is gone'));
    const lost = async (path: string, body: object) => {
      await operator(path, body);
      throw new Error('the answer is lost');
    };
    await expect(renew({ ...real, operator: broken }, name)).rejects.toThrow(/power/);
    await expect(renew({ ...real, operator: lost }, name)).rejects.toThrow(/lost/);
    await expect(renew({ ...real, operator, kms: { ...real.kms, finish: broken } }, name)).rejects.toThrow(/power/);
    expect((await status(folder, Date.now)).value).toMatchObject({ renewing: [name] });
    await rotate(folder, name, Date.now);
    await realm.reload();
    expect((await status(folder, Date.now)).value).toMatchObject({ renewing: [], link: { isUp: true } });
    await say(milton, roomId, 'after');
    await seen(alice, roomId, 'after');
    await milton.client.rooms.remove(roomId, alice.id);
  },
);

it.each(['tls', 'static'] as const)('renews its %s key once the authority has certified the new one', async (name) => {
  await rotate(folder, name, Date.now);
  expect((await status(folder, Date.now)).value).toMatchObject({ renewing: [name] });
  // Until then everything goes on under the key before, also after a start.
  await realm.reload();
  const roomId = await makeRoom(milton, `Before the ${name} key`, [alice]);
  await say(alice, roomId, 'before');
  await seen(milton, roomId, 'before');
  const told = await certificate(folder, name === 'tls' ? tlsCertificate() : staticCertificate(), Date.now);
  expect(told.value).toMatchObject({ key: name, renewed: true });
  await realm.reload();
  expect((await status(folder, Date.now)).value).toMatchObject({ renewing: [] });
  await say(milton, roomId, 'after');
  await seen(alice, roomId, 'after');
  // Somebody who comes new learns the new static key; who knew the one before goes on.
  const again = await miltonSignsIn();
  await seen(again, roomId, 'before');
  await again.close();
});

it('is told by its operator to leave, and says so', async () => {
  identity('realm', 'withdraw', '--host', kmsHost);
  await expect
    .poll(async () => (await status(folder, Date.now)).value, { timeout: 60_000 })
    .toMatchObject({ link: { isUp: false }, next: [expect.stringContaining('not reached')] });
});
