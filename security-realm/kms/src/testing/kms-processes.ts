import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certifyKmsKey, checkKmsCertificate, makeRoot, rootsFromPem, type TrustedKmsKey } from '@cloister/certs';
import { database, type TestDatabase } from '@cloister/testkit';
import { newId, type OrganisationId, parseKmsHost } from '@cloister/wire';
import { discoveryOf } from '../secrets/discovery.ts';
import { TestClient } from './test-client.ts';
import { TestCore } from './test-core.ts';
import { TestFeed } from './test-feed.ts';
import { killed, TestHsm, untilLine } from './test-hsm.ts';
import { type Person, TestIdentity } from './test-identity.ts';

/** How a node differs from the others of its realm. */
export type NodeOptions = {
  /** What the process is started by, such as `ip netns exec <name>`. */
  readonly startedBy?: readonly string[];
  /** Where it finds the database; the unix socket unless told. */
  readonly databaseAt?: { readonly host: string; readonly port: number };
  /** Where it finds identity's feed, and the core. */
  readonly feedUrl?: string;
  readonly coreUrl?: string;
  readonly revocation?: { readonly leaseMs?: number; readonly lookMs?: number };
};

/** A running process of a realm's key server, with a core of its own to ask it through. */
export type KmsProcess = { readonly child: ChildProcess; readonly core: TestCore };

const MAIN = join(import.meta.dirname, '../main.ts');

/** A realm of real processes: an hsm and any number of key servers on one PostgreSQL. */
export class KmsProcesses {
  readonly kmsHost = parseKmsHost('kms.acme.example');
  readonly organisationId: OrganisationId = newId();
  readonly identity = new TestIdentity(() => new Date());
  readonly folder = mkdtempSync(join(tmpdir(), 'cloister-kms-nodes-'));
  readonly hsm = new TestHsm(this.folder);
  readonly feed = new TestFeed(() => ({
    iss: this.identity.issuer,
    head: this.identity.entries.length,
    keys: { keys: [this.identity.jwk] },
    entries: this.identity.entries,
  }));
  readonly #running = new Set<KmsProcess>();
  #database: TestDatabase | undefined;
  #feedUrl = '';
  #staticKey: TrustedKmsKey | undefined;

  /** Provisioned, with a certificate, and without a node. */
  static async open(): Promise<KmsProcesses> {
    const realm = new KmsProcesses();
    realm.#database = await database();
    realm.#feedUrl = await realm.feed.listen();
    await realm.hsm.start();
    const config = realm.#write('provision', 'ws://localhost:1', {});
    const provisioned = spawn(process.execPath, [MAIN, 'provision', '--config', config], { stdio: 'ignore' });
    const [code] = await once(provisioned, 'exit');
    if (code !== 0) throw new Error('not provisioned');
    realm.#staticKey = await realm.#certify();
    return realm;
  }

  get testDatabase(): TestDatabase {
    if (this.#database === undefined) throw new Error('the realm is not open');
    return this.#database;
  }

  get feedPort(): number {
    return Number(new URL(this.#feedUrl).port);
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  /** Starts a node, and resolves when its core hears of it. `core` where the options say another way to it. */
  async start(name: string, options: NodeOptions = {}, core = new TestCore()): Promise<KmsProcess> {
    const coreUrl = options.coreUrl ?? (await core.listen());
    const config = this.#write(name, coreUrl, options);
    const [command = '', ...args] = [...(options.startedBy ?? []), process.execPath, MAIN, '--config', config];
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const node = { child, core };
    this.#running.add(node);
    await untilLine(child, 'kms.ready');
    await core.linked();
    return node;
  }

  /** A device with a channel that goes through this node; the feed may take a moment to get there. */
  async client({ core }: KmsProcess, person: Person): Promise<TestClient> {
    const { identity } = this;
    const staticKey = this.#staticKey as TrustedKmsKey;
    const client = new TestClient({ person, identity, staticKey, now: () => new Date(), wire: core.wire });
    while ((await client.connect()) === null);
    return client;
  }

  /** SIGKILL. */
  async kill(node: KmsProcess): Promise<void> {
    this.#running.delete(node);
    // Nothing else ends a process that was stopped.
    await killed(node.child);
    await node.core.close();
  }

  async close(): Promise<void> {
    for (const node of this.#running) await this.kill(node);
    await this.hsm.kill();
    this.feed.close();
    await this.#database?.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #write(name: string, coreUrl: string, { databaseAt, feedUrl, revocation }: NodeOptions): string {
    const { host, database: databaseName, user, credentialFile } = this.testDatabase;
    const config = {
      kmsHost: this.kmsHost,
      organisations: [this.organisationId],
      health: { socket: this.file(`${name}-health.sock`) },
      database: { ...(databaseAt ?? { host }), database: databaseName, user, credentialFile },
      hsm: { socket: this.hsm.socket, shared: this.hsm.secretFile },
      core: { url: coreUrl },
      identity: { url: feedUrl ?? this.#feedUrl, issuer: this.identity.issuer, feedKey: this.feed.publicJwk },
      status: this.file(`${name}-status.json`),
      certificates: this.file('chain.pem'),
      provision: this.file('public.json'),
      ...(revocation === undefined ? {} : { revocation }),
    };
    writeFileSync(this.file(`${name}.json`), JSON.stringify(config));
    return this.file(`${name}.json`);
  }

  async #certify(): Promise<TrustedKmsKey> {
    const { kmsHost } = this;
    const now = new Date();
    const { staticKey } = JSON.parse(readFileSync(this.file('public.json'), 'utf8'));
    const root = await makeRoot({ commonName: 'test root', now });
    const leaf = await certifyKmsKey({ root, kmsHost, publicJwk: staticKey, now });
    writeFileSync(this.file('chain.pem'), `${leaf}\n${root.certificatePem}`);
    const { rsaPublicKey } = await discoveryOf(kmsHost, staticKey, leaf);
    const roots = await rootsFromPem(root.certificatePem);
    return checkKmsCertificate({ jwk: JSON.parse(rsaPublicKey), kmsHost, roots, now: now.getTime() });
  }
}
