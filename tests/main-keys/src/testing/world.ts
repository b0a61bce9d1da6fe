import { constants, publicEncrypt, randomBytes } from 'node:crypto';
import { type Database, sql } from '@cloister/database';
import { openLog } from '@cloister/logging';
import { Clock } from '@cloister/testkit/model';
import { openTokenVerifier } from '@cloister/verify';
import { idOf, instanceUri, newId, type OrganisationId, type Uuid } from '@cloister/wire';
import { Amazon } from './amazon.ts';
import { beginning, type Ground, kmsHost } from './ground.ts';
import { ids } from './ids.ts';
import { TestClient, TestIdentity } from './internals.ts';
import { keyStores } from './key-stores.ts';
import { Node } from './node.ts';
import { RowLock } from './row-lock.ts';
import type { Stage } from './stage.ts';

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

/** Where one run takes place: a time of its own, an Amazon, two administrators, a person with keys, and nodes to kill. */
export class World {
  readonly organisationId: OrganisationId;
  readonly clock = new Clock(beginning.getTime());
  readonly stage: Stage;
  readonly amazon = new Amazon(() => this.clock.now);
  readonly real: Database;
  readonly nodes: readonly Node[];
  readonly administrators: readonly TestClient[];
  readonly person: TestClient;
  /** A machine of the organisation that asks for search keys, and the room that it asks about. */
  readonly indexer: TestClient;
  readonly roomUri = instanceUri(kmsHost, 'resources', '5ea6c400-0000-4000-8000-000000000001' as Uuid);
  /** The log of the nodes, for who has to find out why. */
  readonly logged: string[] = [];
  /** Told of each commit that changed main keys or KEKs. */
  committed: () => Promise<void> = async () => undefined;
  readonly #identity: TestIdentity;
  readonly #publicKey: string;
  #renewed = Number.NEGATIVE_INFINITY;
  #renewing: Promise<void> | null = null;

  private constructor(ground: Ground) {
    const { organisationId, secrets, real, stage, staticKey, publicKey } = ground;
    this.organisationId = organisationId;
    this.real = real;
    this.stage = stage;
    this.#publicKey = publicKey;
    const { clock } = this;
    const now = () => new Date(clock.now);
    const identity = new TestIdentity(now);
    this.#identity = identity;
    const parts = {
      kmsHost,
      organisations: [ground.realmId, organisationId],
      hsm: keyStores(ground.hsm, this.amazon, ground.held),
      secrets,
      status: identity.status,
      verifyToken: openTokenVerifier({ feed: identity.status, issuer: identity.issuer }),
      log: openLog({ name: 'kms', destination: { write: (line) => this.logged.push(line) } }),
      now,
      databaseNow: async () => now(),
      monotonicNow: () => clock.now,
      newId: ids(),
      random: () => 0.5,
      limits,
      rotationBatch: 2,
    };
    const row = new RowLock();
    const committed = (texts: readonly string[]) => this.#changed(texts);
    this.nodes = ['a', 'b'].map((name) => new Node({ name, real, stage, row, clock, parts, committed }));
    const wire = {
      send: (batch: Batch) => this.ask(this.#anyNode(), batch),
      operate: () => Promise.reject(new Error('there are no rooms here')),
    };
    const device = (person: ReturnType<TestIdentity['person']>) =>
      new TestClient({ person, identity, staticKey, now, wire });
    this.administrators = [0, 1].map(() => device(identity.administrator(organisationId)));
    this.person = device(identity.person(organisationId));
    identity.switchFunction(organisationId, 'indexing', true);
    this.indexer = device(identity.machine(organisationId, 'indexing'));
  }

  /** An organisation that never touched its main keys, nodes that know nothing of another, and channels to them. */
  static async begin(ground: Ground): Promise<World> {
    await ground.clear();
    const world = new World(ground);
    // A room is made by the core and the key server together, and there is no core here.
    await ground.real.execute(sql`insert into resource (resource_id, organisation_id, room_id, creator_id, list_version, created_at)
      values (${idOf(world.roomUri)}, ${world.organisationId}, ${newId()}, ${world.person.person.id}, 1, ${beginning})`);
    for (const node of world.nodes) await node.start();
    await world.renew();
    return world;
  }

  /** No node lives, and nothing of one is left. */
  async end(): Promise<void> {
    this.committed = async () => undefined;
    this.stage.close();
    for (const node of this.nodes) node.end();
    for (const node of this.nodes) await node.settled();
  }

  /** Time passes, and identity goes on saying who may be served. */
  pass(ms: number): void {
    this.clock.pass(ms);
    this.#identity.refresh();
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
    for (const client of [...this.administrators, this.person, this.indexer]) {
      const connecting = client === this.indexer ? client.connectBound() : client.connect();
      const channel = await connecting.catch((error) => {
        // Days passed on the way.
        if (this.clock.now !== now) return null;
        throw error;
      });
      if (channel === null) return;
    }
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

  #anyNode(): Node | undefined {
    return this.nodes.find(({ kms, isStopped }) => kms !== null && !isStopped);
  }

  async #changed(texts: readonly string[]): Promise<void> {
    if (texts.some((text) => concerns.test(text))) await this.committed();
  }
}

const concerns = /(insert into|update|delete from)\s+(kek|master_key|organisation_keys)\b/i;
