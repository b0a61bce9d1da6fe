import { type ChildProcess, spawn } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  certifyKmsKey,
  certifyTlsKey,
  checkKmsCertificate,
  makeRoot,
  rootsFromPem,
  type TrustedKmsKey,
} from '@cloister/certs';
import { parseReceipt } from '@cloister/receipts';
import { database, type TestDatabase } from '@cloister/testkit';
import { openRealmVerifier } from '@cloister/verify';
import { newId, type OrganisationId, parseKmsHost } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestClient } from './testing/test-client.ts';
import { TestCore } from './testing/test-core.ts';
import { TestFeed } from './testing/test-feed.ts';
import { killed, TestHsm, untilLine } from './testing/test-hsm.ts';
import { TestIdentity } from './testing/test-identity.ts';

const kmsHost = parseKmsHost('kms.acme.example');
const organisationId = newId<OrganisationId>();
const now = () => new Date();
const identity = new TestIdentity(now);
const [alicePerson, bobPerson] = [identity.person(organisationId), identity.person(organisationId)];
const folder = mkdtempSync(join(tmpdir(), 'cloister-kms-process-'));
const file = (name: string) => join(folder, name);
const hsm = new TestHsm(folder);
const core = new TestCore();
const feed = new TestFeed(() => ({
  iss: identity.issuer,
  head: identity.entries.length,
  keys: { keys: [identity.jwk] },
  entries: identity.entries,
}));
let test: TestDatabase;
let staticKey: TrustedKmsKey;
let kms: ChildProcess | null = null;
let coreUrl = '';

const start = async (): Promise<void> => {
  kms = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--config', file('kms.json')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await untilLine(kms, 'kms.ready');
  await core.linked();
};

const run = async (...args: string[]): Promise<number | null> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args, '--config', file('kms.json')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [code] = await once(child, 'exit');
  return code;
};

const device = (person = alicePerson) => new TestClient({ person, identity, staticKey, now, wire: core.wire });

/** The feed is followed from the start, but its first answer may come after the first handshake: that is met with silence. */
const connected = async (person = alicePerson): Promise<TestClient> => {
  const client = device(person);
  while ((await client.connect()) === null);
  return client;
};

beforeAll(async () => {
  test = await database();
  await hsm.start();
  coreUrl = await core.listen();
  const { host, database: name, user, credentialFile } = test;
  const config = {
    kmsHost,
    organisations: [organisationId],
    health: { socket: file('kms-health.sock') },
    database: { url: `postgresql://${user}@${encodeURIComponent(host)}/${name}`, credentialFile },
    hsm: { socket: hsm.socket, shared: hsm.secretFile },
    core: { url: coreUrl },
    identity: { url: await feed.listen(), issuer: identity.issuer, feedKey: feed.publicJwk },
    status: file('status.json'),
    certificates: file('chain.pem'),
    provision: file('public.json'),
  };
  writeFileSync(file('kms.json'), JSON.stringify(config));
});

afterAll(async () => {
  await killed(kms);
  await hsm.kill();
  await core.close();
  feed.close();
  await test?.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the kms process', () => {
  it('does not serve before it was provisioned, or without a certificate for its key', async () => {
    expect(await run()).toBe(1);
    expect(await run('provision')).toBe(0);
    expect(await run()).toBe(1);
  });

  it('hands over public halves alone, the same each time', async () => {
    const handed = JSON.parse(readFileSync(file('public.json'), 'utf8'));
    expect(Object.keys(handed)).toEqual(['kmsHost', 'organisations', 'staticKey', 'linkKey', 'receiptKey', 'tlsKey']);
    expect(Object.keys(handed.staticKey)).toEqual(['kty', 'n', 'e']);
    expect(Object.keys(handed.linkKey)).toEqual(['kty', 'crv', 'x', 'kid']);
    expect(Object.keys(handed.tlsKey)).toEqual(['kty', 'crv', 'x', 'y']);
    expect(Buffer.from(handed.staticKey.n, 'base64url')).toHaveLength(384);
    expect(await run('provision')).toBe(0);
    expect(JSON.parse(readFileSync(file('public.json'), 'utf8'))).toEqual(handed);
    const root = await makeRoot({ commonName: 'test root', now: now() });
    const leaf = await certifyKmsKey({ root, kmsHost, publicJwk: handed.staticKey, now: now() });
    writeFileSync(file('chain.pem'), `${leaf}\n${root.certificatePem}`);
    writeFileSync(file('root.pem'), root.certificatePem);
  });

  it('connects to the core by itself, says hello, and is who it says (R282)', async () => {
    await start();
    const { linkKey, receiptKey } = JSON.parse(readFileSync(file('public.json'), 'utf8'));
    expect(core.hello).toMatchObject({ kmsHost, receiptKid: receiptKey.kid });
    const verify = openRealmVerifier({ audience: 'core', realms: [{ kmsHost, linkKey }] });
    const token = core.authorization?.replace(/^Bearer /, '') ?? '';
    expect(verify(token, { now: Date.now() })).toMatchObject({ kmsHost });
    const jwk: unknown = JSON.parse(core.hello?.discovery.rsaPublicKey ?? '');
    expect(jwk).not.toHaveProperty('use');
    expect(jwk).not.toHaveProperty('alg');
    const roots = await rootsFromPem(readFileSync(file('root.pem'), 'utf8'));
    staticKey = await checkKmsCertificate({ jwk, kmsHost, roots, now: Date.now() });
  });

  it('gives channels, keys and receipts over the link (R281, R300)', async () => {
    const [alice, bob] = [await connected(), await connected(bobPerson)];
    const key = await alice.createKey();
    const room = await alice.createRoom([bobPerson.id], [key.uri]);
    expect((await bob.ask({ method: 'retrieve', uri: key.uri })).key?.jwk).toEqual(key.jwk);
    const { frame } = room;
    const { sealed: _, subjects: __, deviceId: ___, ...asked } = frame;
    expect(await core.status(asked)).toMatchObject({ status: 201, receipt: room.receipt, reply: null });
  });

  it('killed between messages loses no channel, no key and no operation (kms.md §0.4)', async () => {
    const [alice, bob] = [await connected(), await connected(bobPerson)];
    const key = await alice.createKey();
    const room = await alice.createRoom([], [key.uri]);
    const ask = { method: 'create', uri: '/authorizations', resourceUri: room.resourceUri, userIds: [bobPerson.id] };
    const frame = await alice.frame('add', ask, { ...room, subjects: [bobPerson.id] });
    const added = await alice.operate(frame);
    for (let round = 0; round < 2; round++) {
      core.expectAnother();
      await killed(kms);
      await start();
      let response = await bob.try({ method: 'retrieve', uri: key.uri });
      // Until the first statement of the feed the KMS is silent; the client's ladder asks again.
      while (response === null) response = await bob.try({ method: 'retrieve', uri: key.uri });
      expect(response.key?.jwk).toEqual(key.jwk);
      expect((await alice.operate(frame)).receipt).toBe(added.receipt);
    }
  });

  it('removes who leaves from every room by itself, and tells the core until it wrote it, killed or not (R332)', async () => {
    const ROOMS = 60;
    const [alice, carol] = [await connected(), identity.person(organisationId)];
    let room = await alice.createRoom();
    // The feed comes by its own way: the KMS refuses to add whom it has not heard of.
    while ((await alice.add(room, carol.id)).status !== 201);
    const rooms = [room];
    while (rooms.length < ROOMS) rooms.push(await alice.createRoom([carol.id]));
    core.writes = false;
    const first = core.removal();
    const entry = identity.deactivate(carol, alicePerson);
    await first;
    core.expectAnother();
    await killed(kms);
    const before = core.removals.length;
    const written = () => new Set(core.removals.slice(before).map(({ roomId }) => roomId));
    core.writes = true;
    await start();
    while (written().size < ROOMS) await core.removal();
    expect(written()).toEqual(new Set(rooms.map(({ roomId }) => roomId)));
    const { receipt } = core.removals.at(-1) ?? {};
    expect(parseReceipt(receipt).claims).toMatchObject({
      actor: { id: alicePerson.id },
      subjects: [{ id: carol.id }],
      leaver: { entry },
    });
    for (room of [rooms[0], rooms.at(-1)] as typeof rooms) {
      const { authorizations } = await alice.ask({ method: 'retrieve', uri: `${room.resourceUri}/authorizations` });
      expect(authorizations?.map(({ authId }) => authId)).toEqual([alicePerson.id]);
      // Nothing is left to be told of the room, else the change would wait.
      expect((await alice.add(room, bobPerson.id)).status).toBe(201);
    }
  });

  it('connects again when the core cuts the link', async () => {
    const alice = await connected();
    await core.cut();
    await core.linked();
    expect(await alice.ask({ method: 'update', uri: '/ping' })).toMatchObject({ status: 200 });
  });

  it('listens on nothing but its health socket (R282)', async () => {
    const sockets = readdirSync(folder).filter((name) => statSync(file(name)).isSocket());
    expect(sockets.sort()).toEqual(['hsm-health.sock', 'hsm.sock', 'kms-health.sock']);
    expect(listeningPorts(kms?.pid ?? 0)).toEqual([]);
  });

  it('finishes and exits with 0 on SIGTERM', async () => {
    const gone = once(kms as ChildProcess, 'exit');
    kms?.kill('SIGTERM');
    expect(await gone).toEqual([0, null]);
  });

  it('does not start with federation before it has the certificate for that, and then says how long it is good', async () => {
    const config = JSON.parse(readFileSync(file('kms.json'), 'utf8'));
    const federation = { certificate: file('federation.pem'), roots: file('root.pem') };
    writeFileSync(file('kms.json'), JSON.stringify({ ...config, federation }));
    expect(await run()).toBe(1);
    const root = await makeRoot({ commonName: 'federation root', now: now() });
    const { tlsKey, staticKey: own } = JSON.parse(readFileSync(file('public.json'), 'utf8'));
    writeFileSync(file('root.pem'), root.certificatePem);
    writeFileSync(file('chain.pem'), await certifyKmsKey({ root, kmsHost, publicJwk: own, now: now() }));
    writeFileSync(file('federation.pem'), await certifyTlsKey({ root, kmsHost, publicJwk: tlsKey, now: now() }));
    core.expectAnother();
    await start();
    const metrics = await text(await ask(file('kms-health.sock'), '/metrics'));
    const seconds = Number(/^cloister_kms_federation_certificate_seconds (\d+)$/m.exec(metrics)?.[1]);
    expect(seconds / 86_400).toBeGreaterThan(364);
    await killed(kms);
    writeFileSync(file('kms.json'), JSON.stringify(config));
  });

  it('refuses a certificate for another key or name', async () => {
    const { privateKey } = await crypto.subtle.generateKey(
      { name: 'RSA-PSS', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
      true,
      ['sign', 'verify'],
    );
    const other = createPublicKey({ key: (await crypto.subtle.exportKey('jwk', privateKey)) as never, format: 'jwk' });
    const { staticKey: own } = JSON.parse(readFileSync(file('public.json'), 'utf8'));
    const root = await makeRoot({ commonName: 'test root', now: now() });
    for (const [publicJwk, name] of [
      [other.export({ format: 'jwk' }), kmsHost],
      [own, parseKmsHost('kms.globex.example')],
    ]) {
      writeFileSync(file('chain.pem'), await certifyKmsKey({ root, kmsHost: name, publicJwk, now: now() }));
      expect(await run()).toBe(1);
    }
  });
});

const ask = (socketPath: string, path: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => get({ socketPath, path }, resolve).once('error', reject));

/** TCP ports that a process listens on, as Linux tells them. */
const listeningPorts = (pid: number): string[] => {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      try {
        return /socket:\[(\d+)\]/.exec(String(readlinkSync(`/proc/${pid}/fd/${name}`)))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((kind) =>
    readFileSync(`/proc/${pid}/net/${kind}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A' && inodes.has(fields[9] ?? ''))
      .map((fields) => fields[1] ?? ''),
  );
};
