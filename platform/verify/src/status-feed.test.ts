import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueServerCertificate, makeRoot } from '@cloister/certs';
import { openLog } from '@cloister/logging';
import { type MachineId, newId, type SessionId } from '@cloister/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backoff, StatusFeed, type StatusFeedOptions } from './status-feed.ts';
import { ISSUER, TestIdentity } from './testing/test-identity.ts';

let identity: TestIdentity;
let folder: string;
let file: string;
let port: number;
let feeds: StatusFeed[];
let lines: string[];

beforeEach(async () => {
  identity = new TestIdentity();
  folder = mkdtempSync(join(tmpdir(), 'cl-feed-'));
  file = join(folder, 'status.json');
  feeds = [];
  lines = [];
  port = await identity.listen();
});
afterEach(async () => {
  await Promise.all(feeds.map((feed) => feed.stop()));
  await identity.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(change: Partial<StatusFeedOptions> = {}): StatusFeed {
  const feed = new StatusFeed({
    origin: `http://127.0.0.1:${port}`,
    issuer: ISSUER,
    statusKey: identity.statusKey,
    realm: { issuer: identity.kmsHost, key: identity.realmKeys.privateKey },
    file,
    now: () => identity.now * 1000,
    random: () => 0,
    log: openLog({ name: 'test', destination: { write: (line) => lines.push(line) } }),
    ...change,
  });
  feeds.push(feed);
  return feed;
}

/** The file as it was before it knew organisations, key servers, and machines, functions and cases. */
const third = (file: string) => {
  const { organisations: _, ...rest } = JSON.parse(file);
  return JSON.stringify({ ...rest, version: 3 });
};
const second = (file: string) => {
  const { realms: _, ...rest } = JSON.parse(third(file));
  return JSON.stringify({ ...rest, version: 2 });
};
const first = (file: string) => {
  const { machines: _, enabled: __, cases: ___, people, ...rest } = JSON.parse(second(file));
  return JSON.stringify({ ...rest, version: 1, people: people.map((each: unknown[]) => each.slice(0, 3)) });
};

const poll = <T>(read: () => T) => expect.poll(read, { timeout: 30_000, interval: 10 });

/** Resolves with the first statement after which `wanted` holds. */
function until(feed: StatusFeed, wanted: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = feed.onEntries(() => {
      if (!wanted()) return;
      stop();
      resolve();
    });
  });
}

async function started(change: Partial<StatusFeedOptions> = {}): Promise<StatusFeed> {
  const feed = open(change);
  const ready = until(feed, () => feed.age(identity.now * 1000) === 0);
  feed.start();
  await ready;
  return feed;
}

/** Resolves when the feed has logged another failed attempt. */
async function failures(count: number): Promise<void> {
  await poll(() => lines.length).toBeGreaterThanOrEqual(count);
}

describe('StatusFeed', () => {
  it('learns people, sessions and keys, and hears of changes as they happen', async () => {
    const feed = await started();
    expect(feed.person(identity.personId)).toMatchObject({ organisationId: identity.organisationId, active: true });
    expect(feed.tokenKey('k1')).toBeDefined();
    const heard = until(feed, () => feed.isRevoked(identity.sid));
    identity.state({ kind: 'session', sid: identity.sid, revokedAt: identity.now });
    await heard;
    expect(identity.asked.slice(0, 2)).toEqual([
      '/identity/status/v1/feed?after=0&wait=0',
      '/identity/status/v1/feed?after=1&wait=20',
    ]);
  });

  it('stays fresh while nothing happens', async () => {
    const feed = await started();
    await poll(() => identity.waiting).toBe(1);
    identity.now += 20;
    expect(feed.age(identity.now * 1000)).toBe(20_000);
    const fresh = until(feed, () => feed.age(identity.now * 1000) === 0);
    identity.answerAll();
    await fresh;
  });

  it('fetches page after page at once', async () => {
    identity.pageSize = 2;
    const sessions = Array.from({ length: 7 }, () => newId<SessionId>());
    for (const sid of sessions) identity.state({ kind: 'session', sid, revokedAt: identity.now });
    const feed = await started();
    expect(sessions.every((sid) => feed.isRevoked(sid))).toBe(true);
    expect(identity.asked.slice(0, 4).map((path) => path.split('?')[1])).toEqual([
      'after=0&wait=0',
      'after=2&wait=0',
      'after=4&wait=0',
      'after=6&wait=0',
    ]);
  });

  it('knows everything at once after a restart, as old as it is', async () => {
    const feed = await started();
    await feed.stop();
    await identity.close();
    const again = open();
    expect(again.person(identity.personId)?.active).toBe(true);
    expect(again.tokenKey('k1')).toBeDefined();
    expect(again.age(identity.now * 1000 + 5000)).toBe(5000);
  });

  it('keeps what it learned in a file of its owner only, replaced as a whole', async () => {
    const feed = await started();
    await feed.stop();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['status.json']);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: 4, issuer: ISSUER, head: 1 });
  });

  it('starts anew when the file is damaged or of another issuer', async () => {
    await (await started()).stop();
    const other = open({ issuer: 'https://other.example' });
    expect(other.person(identity.personId)).toBeUndefined();
    const whole = readFileSync(file, 'utf8');
    const damaged = ['', '{', 'null', '{"version":4}', whole.replace(identity.personId, 'alice')];
    for (const bad of [...damaged, first(whole), second(whole), third(whole)]) {
      writeFileSync(file, bad);
      expect(open().person(identity.personId)).toBeUndefined();
      expect(open().age(0)).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it.each([
    ['first', first],
    ['second', second],
    ['third', third],
  ])('asks for everything again where a file of the %s version knows less than is stated now', async (_, older) => {
    const machine = newId<MachineId>();
    const { organisationId } = identity;
    identity.state({ kind: 'machine', id: machine, organisationId, purpose: 'indexing', active: true });
    identity.state({ kind: 'function', organisationId, purpose: 'indexing', enabled: true });
    identity.state({ kind: 'realm', kmsHost: identity.kmsHost, organisationIds: [organisationId], active: true });
    identity.state({ kind: 'organisation', id: organisationId, name: 'Acme', domains: [] });
    await (await started()).stop();
    writeFileSync(file, older(readFileSync(file, 'utf8')));
    identity.asked.length = 0;
    const feed = await started();
    expect(identity.asked[0]).toBe('/identity/status/v1/feed?after=0&wait=0');
    expect(feed.machine(machine)).toEqual({ organisationId, purpose: 'indexing', active: true });
    expect(feed.isEnabled(organisationId, 'indexing')).toBe(true);
    const realm = { kmsHost: identity.kmsHost, organisationIds: [organisationId] };
    expect([feed.realm(identity.kmsHost), feed.realms()]).toEqual([realm, [realm]]);
    expect(feed.realmOf(organisationId)).toBe(identity.kmsHost);
    expect(feed.organisation(organisationId)).toEqual({ id: organisationId, name: 'Acme', domains: [] });
    expect([feed.leavers(), feed.casesOf(identity.personId)]).toEqual([[], []]);
  });

  it('reconnects by itself when identity comes back, and is fresh at its first answer', async () => {
    const feed = await started();
    await identity.close();
    await failures(2);
    expect(feed.person(identity.personId)?.active).toBe(true);
    identity.now += 30;
    const fresh = until(feed, () => feed.age(identity.now * 1000) === 0);
    await identity.listen(port);
    await fresh;
    expect(lines.join()).toContain('ECONNREFUSED');
  });

  it('believes nothing that is not signed by the pinned key, of the right type, issuer and time, and in order', async () => {
    const feed = await started();
    const evil = generateKeyPairSync('ed25519').privateKey;
    const revoked = {
      kind: 'person',
      id: identity.personId,
      organisationId: identity.organisationId,
      active: false,
      seq: 2,
    };
    const forgeries: ((statement: Record<string, unknown>) => string)[] = [
      (statement) => identity.sign({ ...statement, entries: [revoked], head: 2 }, evil),
      (statement) => identity.sign({ ...statement, entries: [revoked], head: 2 }, undefined, 'cloister-receipt+jws'),
      (statement) => identity.sign({ ...statement, entries: [revoked], head: 2, iss: 'https://evil.example' }),
      (statement) => identity.sign({ ...statement, entries: [revoked], head: 2, issuedAt: identity.now + 3600 }),
      (statement) => identity.sign({ ...statement, entries: [revoked], head: 2, issuedAt: identity.now - 1 }),
      (statement) => identity.sign({ ...statement, entries: [revoked], head: 2, after: 0 }),
      (statement) => identity.sign({ ...statement, entries: [{ ...revoked, id: 'alice' }], head: 2 }),
      () => 'nonsense',
      () => '',
    ];
    for (const forge of forgeries) {
      await poll(() => identity.waiting).toBe(1);
      let used = 0;
      identity.forge = (statement) => {
        used++;
        return forge(statement);
      };
      identity.answerAll();
      // Asking again shows that the first forged answer was dealt with.
      await poll(() => used).toBeGreaterThanOrEqual(2);
      expect(feed.person(identity.personId)?.active).toBe(true);
      expect(feed.age(identity.now * 1000)).toBe(0);
      expect(lines.at(-1)).toContain('status-feed.failed');
      identity.forge = null;
    }
    await poll(() => identity.waiting).toBe(1);
    const heard = until(feed, () => feed.isRevoked(identity.sid));
    identity.state({ kind: 'session', sid: identity.sid, revokedAt: identity.now });
    await heard;
    expect(lines.join()).not.toMatch(/alice|Bearer|eyJ/);
  });

  it('is refused by identity without the realm’s own key', async () => {
    const feed = open({ realm: { issuer: identity.kmsHost, key: generateKeyPairSync('ed25519').privateKey } });
    feed.start();
    await failures(1);
    expect(feed.age(identity.now * 1000)).toBe(Number.POSITIVE_INFINITY);
  });

  it('goes on when what it learned cannot be stored', async () => {
    const feed = await started({ file: join(folder, 'absent', 'status.json') });
    expect(feed.person(identity.personId)?.active).toBe(true);
    await poll(() => lines.join()).toContain('status-feed.not-stored');
    expect(lines.join()).not.toContain('status-feed.failed');
  });

  it('stops in the middle of a long poll', async () => {
    const feed = await started();
    await poll(() => identity.waiting).toBe(1);
    await feed.stop();
  });

  it('refuses a pinned key that is no Ed25519 key and an origin that is neither https nor loopback', () => {
    expect(() => open({ statusKey: identity.token.publicKey.export({ format: 'jwk' }) })).toThrow(/Ed25519/);
    expect(() => open({ statusKey: { kty: 'OKP' } })).toThrow(/Ed25519/);
    for (const origin of ['http://id.example', 'ftp://localhost', 'nonsense', 'http://localhost.evil.example']) {
      expect(() => open({ origin })).toThrow(/https origin/);
    }
  });
});

describe('over TLS', () => {
  it('trusts the given root and no other', async () => {
    const root = await makeRoot({ commonName: 'test root', now: new Date() });
    const leaf = await issueServerCertificate({ root, dnsNames: ['id.localhost'], now: new Date() });
    const stranger = await makeRoot({ commonName: 'another root', now: new Date() });
    const secure = new TestIdentity();
    const securePort = await secure.listen(0, { key: leaf.privateKeyPem, cert: leaf.certificatePem });
    const change = {
      origin: `https://id.localhost:${securePort}`,
      statusKey: secure.statusKey,
      realm: { issuer: secure.kmsHost, key: secure.realmKeys.privateKey },
      now: () => secure.now * 1000,
    };
    const distrusting = open({ ...change, root: stranger.certificatePem, file: `${file}.2` });
    distrusting.start();
    await failures(1);
    expect(secure.asked).toEqual([]);
    const feed = open({ ...change, root: root.certificatePem });
    const ready = until(feed, () => feed.age(secure.now * 1000) === 0);
    feed.start();
    await ready;
    expect(feed.person(secure.personId)?.active).toBe(true);
    await Promise.all(feeds.splice(0).map((each) => each.stop()));
    await secure.close();
  });
});

it('waits longer after each failure, up to five seconds, with jitter', () => {
  const waits = [0, 1, 2, 3, 4, 5, 50].map((count) => [backoff(count, () => 0), backoff(count, () => 1)]);
  expect(waits).toEqual([
    [100, 200],
    [200, 400],
    [400, 800],
    [800, 1600],
    [1600, 3200],
    [2500, 5000],
    [2500, 5000],
  ]);
});
