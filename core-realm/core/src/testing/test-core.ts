import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog } from '@cloister/logging';
import { database, type TestDatabase } from '@cloister/testkit';
import { newId, type OrganisationId, type ResourceUri } from '@cloister/wire';
import type { CoreConfig } from '../config.ts';
import { type Core, type CoreOptions, startCore } from '../core.ts';
import { TestClient } from './test-client.ts';
import { TestIdentity, type TestPerson } from './test-identity.ts';
import { TestRealm } from './test-realm.ts';

/** A core on a real database and real sockets, with identity's feed and two realms beside it. */
export class TestCore {
  readonly identity: TestIdentity;
  readonly acme: TestRealm;
  readonly globex: TestRealm;
  readonly database: TestDatabase;
  readonly folder: string;
  readonly config: CoreConfig;
  /** Every line the core logged. */
  readonly log: string[] = [];
  readonly #options: CoreOptions;
  #core: Core | undefined;
  #onLog: (line: string) => void = () => undefined;

  private constructor(base: TestDatabase, identity: TestIdentity, options: CoreOptions, config: Partial<CoreConfig>) {
    this.database = base;
    this.identity = identity;
    this.#options = options;
    this.acme = new TestRealm('kms.acme.test', newId<OrganisationId>(), identity);
    this.globex = new TestRealm('kms.globex.test', newId<OrganisationId>(), identity);
    this.acme.peers.add(this.globex);
    this.globex.peers.add(this.acme);
    this.folder = mkdtempSync(join(tmpdir(), 'core-'));
    const key = join(this.folder, 'link.jwk');
    writeFileSync(key, JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })), {
      mode: 0o600,
    });
    const searchKey = join(this.folder, 'search.key');
    writeFileSync(searchKey, Buffer.alloc(32, 7).toString('base64url'), { mode: 0o600 });
    const { statusJwk, origin, issuer } = identity;
    this.config = {
      listen: { socket: this.socket },
      health: { socket: join(this.folder, 'h.sock') },
      database: { host: base.host, database: base.database, user: base.user, credentialFile: base.credentialFile },
      files: { folder: join(this.folder, 'files') },
      search: { key: searchKey },
      origins: ['http://localhost:8443'],
      appOrigins: ['http://acme.localhost:8443'],
      identity: {
        issuer,
        feed: {
          origin,
          key: statusJwk as CoreConfig['identity']['feed']['key'],
          store: join(this.folder, 'status.json'),
        },
      },
      link: { key },
      realms: [this.acme.registration, this.globex.registration],
      ...config,
    };
  }

  static async start(options: CoreOptions = {}, config: Partial<CoreConfig> = {}): Promise<TestCore> {
    const identity = new TestIdentity(options.now);
    await identity.listen();
    const test = new TestCore(await database(), identity, options, config);
    await test.start();
    return test;
  }

  get socket(): string {
    return join(this.folder, 'c.sock');
  }

  /** Starts the core on what the last one left, with a node of acme connected. */
  async start(options: CoreOptions = {}): Promise<void> {
    const taken = new Promise<void>((resolve) => {
      this.#onLog = (line) => {
        if (line.includes('realm.connected')) resolve();
      };
    });
    const write = (line: string) => {
      this.log.push(line);
      this.#onLog(line);
    };
    const log = openLog({ name: 'core', destination: { write } });
    this.#core = await startCore(this.config, { log, sweepEvery: 100, ...this.#options, ...options });
    await this.acme.connect(this.socket);
    // Messages for a realm without a node are dropped: only now there is one.
    await taken;
  }

  /** Ends the core as a killed process would. */
  async kill(): Promise<void> {
    await this.#core?.kill();
    this.#core = undefined;
  }

  async stop(): Promise<void> {
    await this.#core?.stop();
    this.#core = undefined;
  }

  /** A person of acme with a registered device. */
  async client(person: TestPerson = this.identity.person(this.acme.organisationId)): Promise<TestClient> {
    await this.identity.settled();
    const client = new TestClient(this.socket, person);
    await client.register();
    return client;
  }

  /** A room that somebody of acme made, under a new key. */
  async room(creator: TestClient, others: readonly TestClient[] = [], more: Record<string, unknown> = {}) {
    const key = this.acme.newKey();
    const members = others.map(({ person }) => person.id);
    const { body } = await creator.create(key, members, more);
    return { key, roomId: body.id, resource: body.kmsResourceObjectUrl as ResourceUri, created: body };
  }

  async end(): Promise<void> {
    await this.#core?.kill();
    this.acme.disconnect();
    this.globex.disconnect();
    await this.identity.close();
    await this.database.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
