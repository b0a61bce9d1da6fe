import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certifyKmsKey, checkKmsCertificate, makeRoot, rootsFromPem, type TrustedKmsKey } from '@cloister/certs';
import { type Database, openDatabase } from '@cloister/database';
import { HsmClient } from '@cloister/hsm';
import { openRealmLog } from '@cloister/logging';
import { importReceiptPublicKey, type ReceiptClaims, type ReceiptPublicJwk, verifyReceipt } from '@cloister/receipts';
import { database as testDatabase } from '@cloister/testkit';
import { openTokenVerifier, type StatusDirectory } from '@cloister/verify';
import { type KmsHost, newId, type OrganisationId, type Purpose, parseKmsHost } from '@cloister/wire';
import { type Kms, type KmsParts, migrations, openKms, provisionRealm, type RealmSecrets } from '../index.ts';
import { discoveryOf } from '../secrets/discovery.ts';
import { TestClient, type Wire } from './test-client.ts';
import { TestHsm } from './test-hsm.ts';
import { type Person, TestIdentity } from './test-identity.ts';

type Node = { kms: Kms; secrets: RealmSecrets; database: Database; close: () => Promise<void> };

type Setting = { now: Date; monotonic: number };

/** A KMS in process over a real PostgreSQL and a real hsm process, with a clock that the test sets. */
export class TestRealm {
  static readonly kmsHost = parseKmsHost('kms.acme.example');
  readonly kmsHost: KmsHost;
  readonly organisationId: OrganisationId = newId();
  readonly sisterOrganisationId: OrganisationId = newId();
  readonly strangeOrganisationId: OrganisationId = newId();
  readonly clock: Setting;
  readonly identity: TestIdentity;
  readonly folder = mkdtempSync(join(tmpdir(), 'cloister-kms-'));
  readonly hsm = new TestHsm(this.folder);
  #test: Awaited<ReturnType<typeof testDatabase>> | undefined;
  #node: Node | undefined;
  #staticKey: TrustedKmsKey | undefined;
  readonly #others = new Set<() => Promise<void>>();
  /** The log as it was written. */
  logged = '';

  /** Another realm of the same identity, whose clock is the same too; the first unless told. */
  constructor(kmsHost = TestRealm.kmsHost, beside?: TestRealm) {
    this.kmsHost = kmsHost;
    this.clock = beside?.clock ?? { now: new Date('2026-11-21T12:00:00.000Z'), monotonic: 0 };
    this.identity = beside?.identity ?? new TestIdentity(() => this.clock.now);
  }

  /** `before` may change what the hsm starts with. */
  static async open(before: (realm: TestRealm) => void = () => {}): Promise<TestRealm> {
    return TestRealm.start(new TestRealm(), before);
  }

  static async start(realm: TestRealm, before: (realm: TestRealm) => void = () => {}): Promise<TestRealm> {
    before(realm);
    realm.#test = await testDatabase();
    await realm.hsm.start();
    await realm.restart();
    realm.#staticKey = await realm.#certify();
    return realm;
  }

  /** What it hears of identity when that is not everything, before the realm starts. */
  status: StatusDirectory | undefined;

  /** The way to key servers of other realms, before the realm starts. */
  peers: KmsParts['peers'];

  /** Another KMS over the same database and hsm, as a realm with several nodes has; perhaps one whose feed lags. */
  static async secondNode(
    first: TestRealm,
    status?: StatusDirectory,
    change?: Partial<KmsParts>,
  ): Promise<{ kms: Kms; close: () => Promise<void> }> {
    const { kms, close } = await first.#openNode(status, change);
    return { kms, close: first.closing(close) };
  }

  /** What is open beside the realm's own node: closed with it, unless by the test. Answers how to close it. */
  closing(close: () => Promise<void>): () => Promise<void> {
    const once = async () => {
      if (this.#others.delete(once)) await close();
    };
    this.#others.add(once);
    return once;
  }

  async closeOthers(): Promise<void> {
    for (const close of [...this.#others].toReversed()) await close();
  }

  /** A new process as far as memory goes: nothing is left of the old one but database and hsm. */
  async restart(): Promise<void> {
    await this.#node?.close();
    this.#node = await this.#openNode();
  }

  async #openNode(status = this.status ?? this.identity.status, change: Partial<KmsParts> = {}): Promise<Node> {
    const { host, database, user, credentialFile } = this.testDatabase;
    const open = (max: number) => openDatabase({ host, database, user, credentialFile, max });
    const [main, side] = [open(10), open(4)];
    await main.migrate(migrations);
    const hsm = new HsmClient({ socket: this.hsm.socket, secret: Buffer.from(this.hsm.secret) });
    const parts = {
      organisations: [this.organisationId, this.sisterOrganisationId],
      database: main,
      sideDatabase: side,
      hsm,
      now: () => this.clock.now,
      databaseNow: async () => this.clock.now,
      monotonicNow: () => this.clock.monotonic,
      newId,
      // Tests say when other realms are told.
      invitesAtOnce: false,
    };
    const { identity } = this;
    const secrets = await provisionRealm(parts);
    const kms = await openKms({
      ...parts,
      kmsHost: this.kmsHost,
      peers: this.peers,
      secrets,
      status,
      people: identity,
      verifyToken: openTokenVerifier({ feed: status, issuer: identity.issuer }),
      log: openRealmLog({ name: 'kms', destination: { write: (line) => this.#keep(line) } }),
      limits: {
        handshakes: { perSecond: 1, burst: 50 },
        machineHandshakes: { perSecond: 2, burst: 80 },
        machineKeys: { perSecond: 10, burst: 40 },
        resets: { perSecond: 1, burst: 5 },
      },
      ...change,
    });
    const close = async () => {
      hsm.close();
      await Promise.all([main.close(), side.close()]);
    };
    return { kms, secrets, database: main, close };
  }

  #keep(line: string): void {
    this.logged += line;
  }

  get kms(): Kms {
    return present(this.#node).kms;
  }

  get secrets(): RealmSecrets {
    return present(this.#node).secrets;
  }

  get staticKey(): TrustedKmsKey {
    return present(this.#staticKey);
  }

  get testDatabase() {
    return present(this.#test);
  }

  get database(): Database {
    return present(this.#node).database;
  }

  /** The claims of a receipt that this realm's receipt key signed; fails for any other. */
  async claimsOf(receipt: string): Promise<ReceiptClaims> {
    const { kid, publicJwk } = this.secrets.receiptKey;
    const key = await importReceiptPublicKey(publicJwk as ReceiptPublicJwk);
    return verifyReceipt(receipt, { kmsHost: this.kmsHost, kid, key });
  }

  /** Lets time pass, with the feed keeping up or not. */
  pass(ms: number, { feed = true } = {}): void {
    this.clock.now = new Date(this.clock.now.getTime() + ms);
    this.clock.monotonic += ms;
    if (feed) this.identity.refresh();
  }

  person(organisationId = this.organisationId): Person {
    return this.identity.person(organisationId);
  }

  /** A device without a channel. */
  device(person = this.person()): TestClient {
    const { identity, staticKey } = this;
    const wire: Wire = {
      send: (batch) => this.kms.handleBatch(batch),
      operate: (frame) => this.kms.handleOperation(frame),
    };
    return new TestClient({ person, identity, staticKey, now: () => this.clock.now, wire });
  }

  machine(purpose: Purpose, organisationId = this.organisationId): Person {
    return this.identity.machine(organisationId, purpose);
  }

  /** A device with a channel. */
  async client(person = this.person()): Promise<TestClient> {
    const client = this.device(person);
    if ((await client.connect()) === null) throw new Error('no channel');
    return client;
  }

  /** A machine with a channel. */
  async machineClient(purpose: Purpose, organisationId = this.organisationId): Promise<TestClient> {
    const machine = this.device(this.machine(purpose, organisationId));
    if ((await machine.connectBound()) === null) throw new Error('no channel');
    return machine;
  }

  async close(): Promise<void> {
    await this.closeOthers();
    await this.#node?.close();
    await this.hsm.kill();
    await this.#test?.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #certify(): Promise<TrustedKmsKey> {
    const { kmsHost } = this;
    const now = this.clock.now;
    const root = await makeRoot({ commonName: 'test root', now });
    const publicJwk = this.secrets.staticKey.publicJwk as unknown as JsonWebKey;
    const chain = await certifyKmsKey({ root, kmsHost, publicJwk, now });
    const { rsaPublicKey } = await discoveryOf(kmsHost, this.secrets.staticKey.publicJwk, chain);
    const roots = await rootsFromPem(root.certificatePem);
    return checkKmsCertificate({ jwk: JSON.parse(rsaPublicKey), kmsHost, roots, now: now.getTime() });
  }
}

const present = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('the realm is not open');
  return value;
};
