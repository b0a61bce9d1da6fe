import { constants, publicEncrypt, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certifyKmsKey, checkKmsCertificate, makeRoot, rootsFromPem, type TrustedKmsKey } from '@cloister/certs';
import { type Database, openDatabase, sql } from '@cloister/database';
import { HsmClient } from '@cloister/hsm';
import { type KmsParts, migrations, provisionRealm, type RealmSecrets } from '@cloister/kms';
import { openLog } from '@cloister/logging';
import { database as testDatabase } from '@cloister/testkit';
import { openTokenVerifier } from '@cloister/verify';
import { newId, type OrganisationId, parseKmsHost } from '@cloister/wire';
import { Amazon } from './amazon.ts';
import { discoveryOf, TestClient, TestHsm, TestIdentity } from './internals.ts';
import { keyStores } from './key-stores.ts';
import { Node } from './node.ts';
import { Stage } from './stage.ts';

const kmsHost = parseKmsHost('kms.acme.example');
type Batch = Parameters<TestClient['wire']['send']>[0];
/** Channels and tokens live an hour. */
const renewalMs = 40 * 60_000;
const plenty = { perSecond: 1000, burst: 100_000 };
const limits = { handshakes: plenty, machineHandshakes: plenty, machineKeys: plenty, resets: plenty };

/** Three keys that an organisation may upload, and two that it has at Amazon. */
export const uploads = [0, 1, 2].map(() => randomBytes(32));
export const arns = [1, 2].map(
  (of) => `arn:aws:kms:eu-central-1:111122223333:key/${String(of).repeat(8)}-1111-4111-8111-111111111111`,
);

/** What all runs share: a database, an hsm and Amazon, two administrators, a person with keys, and nodes to kill. */
export class World {
  readonly organisationId: OrganisationId;
  readonly clock: { now: number };
  readonly stage: Stage;
  readonly amazon: Amazon;
  readonly real: Database;
  readonly nodes: readonly Node[];
  readonly hsm: KmsParts['hsm'];
  readonly administrators: readonly TestClient[];
  readonly person: TestClient;
  /** The log of the nodes, for who has to find out why. */
  logged: string[] = [];
  /** Told of each commit that changed main keys or KEKs. */
  committed: () => Promise<void> = async () => undefined;
  readonly #opened: Opened;
  #renewed = Number.NEGATIVE_INFINITY;
  #renewing: Promise<void> | null = null;
  #publicKey = '';

  private constructor(opened: Opened) {
    const { organisationId, clock, amazon, identity, staticKey, secrets, real, stage, hsm } = opened;
    this.#opened = opened;
    this.organisationId = organisationId;
    this.clock = clock;
    this.amazon = amazon;
    this.real = real;
    this.stage = stage;
    this.hsm = hsm;
    const now = () => new Date(clock.now);
    const parts = {
      kmsHost,
      organisations: [opened.realmId, organisationId],
      hsm,
      secrets,
      status: identity.status,
      verifyToken: openTokenVerifier({ feed: identity.status, issuer: identity.issuer }),
      log: openLog({ name: 'kms', destination: { write: (line) => this.logged.push(line) } }),
      now,
      databaseNow: async () => now(),
      monotonicNow: () => clock.now,
      newId,
      random: () => 0.5,
      limits,
      rotationBatch: 2,
    };
    const committed = (texts: readonly string[]) => this.#changed(texts);
    this.nodes = ['a', 'b'].map((name) => new Node({ name, real, stage, parts, committed }));
    const wire = {
      send: (batch: Batch) => this.ask(this.#anyNode(), batch),
      operate: () => Promise.reject(new Error('there are no rooms here')),
    };
    const device = (person: ReturnType<TestIdentity['person']>) =>
      new TestClient({ person, identity, staticKey, now, wire });
    this.administrators = [0, 1].map(() => device(identity.administrator(organisationId)));
    this.person = device(identity.person(organisationId));
  }

  static async open(): Promise<World> {
    const world = new World(await openParts());
    world.#publicKey = await world.hsm.publicKey(world.organisationId);
    return world;
  }

  /** An organisation that never touched its main keys, and nodes that know nothing of another. */
  async begin(): Promise<void> {
    const { stage, nodes, real, amazon } = this;
    stage.scheduler = null;
    this.committed = async () => undefined;
    this.logged = [];
    amazon.moods.clear();
    await this.halt();
    await real.transaction(async (tx) => {
      for (const statement of emptied) await tx.execute(statement);
    });
    for (const [keyId, organisationId] of this.#opened.held) await this.hsm.destroy({ keyId, organisationId });
    for (const node of nodes) await node.start();
    this.#renewing = null;
    await this.renew();
  }

  /** No node lives. */
  async halt(): Promise<void> {
    this.stage.scheduler = null;
    for (const node of this.nodes) await node.halt();
  }

  /** Time passes, and identity goes on saying who may be served. */
  pass(ms: number): void {
    this.clock.now += ms;
    this.#opened.identity.refresh();
  }

  /** Until everybody has a channel that will last for a while, if a node lives to open it. */
  renew(): Promise<void> {
    if (this.clock.now - this.#renewed < renewalMs) return Promise.resolve();
    this.#renewing ??= this.#connectAll().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  loseChannels(): void {
    this.#renewed = Number.NEGATIVE_INFINITY;
  }

  async #connectAll(): Promise<void> {
    const { now } = this.clock;
    for (const client of [...this.administrators, this.person]) if ((await client.connect()) === null) return;
    this.#renewed = now;
  }

  /** What a node answers; nothing when there is none, or it dies. */
  async ask(
    node: Node | undefined,
    batch: Batch,
  ): Promise<readonly { readonly message: string; readonly index: number }[]> {
    if (node?.kms === null || node === undefined) return [];
    const died = node.life.over.catch(() => []);
    return Promise.race([node.kms.handleBatch(batch), died]);
  }

  /** An upload as the documents' OpenSSL command makes it. */
  encrypted(bytes: Buffer): string {
    const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
    return publicEncrypt({ key: this.#publicKey, ...padding }, bytes).toString('base64');
  }

  async close(): Promise<void> {
    await this.halt();
    await this.#opened.close();
  }

  #anyNode(): Node | undefined {
    return this.nodes.find(({ kms, isStopped }) => kms !== null && !isStopped);
  }

  async #changed(texts: readonly string[]): Promise<void> {
    if (texts.some((text) => concerns.test(text))) await this.committed();
  }
}

const concerns = /(insert into|update|delete from)\s+(kek|master_key|organisation_keys)\b/i;

const emptied = [
  sql`delete from kms_node`,
  sql`delete from content_key`,
  sql`delete from resource_authorization`,
  sql`delete from resource`,
  sql`delete from operation`,
  sql`delete from kek where level = 'content'`,
  sql`delete from kek_generation`,
  sql`delete from hsm_disposal`,
  sql`delete from master_key_event`,
  sql`delete from master_key`,
  sql`delete from organisation_keys`,
];

interface Opened {
  readonly realmId: OrganisationId;
  readonly organisationId: OrganisationId;
  readonly clock: { now: number };
  readonly identity: TestIdentity;
  readonly amazon: Amazon;
  readonly stage: Stage;
  readonly real: Database;
  readonly hsm: KmsParts['hsm'];
  /** Keys in the hsm that runs have left there. */
  readonly held: Map<string, string>;
  readonly secrets: RealmSecrets;
  readonly staticKey: TrustedKmsKey;
  readonly close: () => Promise<void>;
}

const openParts = async (): Promise<Opened> => {
  const clock = { now: Date.parse('2026-11-22T00:00:00.000Z') };
  const now = () => new Date(clock.now);
  const folder = mkdtempSync(join(tmpdir(), 'cloister-main-keys-'));
  const process = new TestHsm(folder);
  await process.start();
  const base = await testDatabase();
  const { host, database: name, user, credentialFile } = base;
  const [real, observer] = [30, 1].map((max) => openDatabase({ host, database: name, user, credentialFile, max })) as [
    Database,
    Database,
  ];
  await real.migrate(migrations);
  const client = new HsmClient({ socket: process.socket, secret: Buffer.from(process.secret) });
  const [amazon, stage, held] = [new Amazon(), new Stage(observer), new Map<string, string>()];
  const hsm = keyStores(client, amazon, stage, held);
  const [realmId, organisationId] = [newId<OrganisationId>(), newId<OrganisationId>()];
  const secrets = await provisionRealm({
    organisations: [realmId, organisationId],
    database: real,
    sideDatabase: real,
    hsm,
    now,
    monotonicNow: () => clock.now,
    newId,
  });
  const close = async () => {
    client.close();
    await Promise.all([real.close(), observer.close()]);
    await Promise.all([base.drop(), process.kill()]);
    rmSync(folder, { recursive: true, force: true });
  };
  const staticKey = await certified(secrets, now());
  const identity = new TestIdentity(now);
  return { realmId, organisationId, clock, identity, amazon, stage, real, hsm, held, secrets, staticKey, close };
};

const certified = async (secrets: RealmSecrets, now: Date): Promise<TrustedKmsKey> => {
  const root = await makeRoot({ commonName: 'test root', now });
  const publicJwk = secrets.staticKey.publicJwk as unknown as JsonWebKey;
  const chain = await certifyKmsKey({ root, kmsHost, publicJwk, now });
  const { rsaPublicKey } = await discoveryOf(kmsHost, secrets.staticKey.publicJwk, chain);
  const roots = await rootsFromPem(root.certificatePem);
  return checkKmsCertificate({ jwk: JSON.parse(rsaPublicKey), kmsHost, roots, now: now.getTime() });
};
