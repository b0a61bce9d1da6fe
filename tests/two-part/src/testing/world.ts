import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certifyKmsKey, checkKmsCertificate, makeRoot, rootsFromPem, type TrustedKmsKey } from '@cloister/certs';
import { type Database, openDatabase, sql } from '@cloister/database';
import { HsmClient } from '@cloister/hsm';
import { type KmsParts, migrations as kmsMigrations, provisionRealm, type RealmSecrets } from '@cloister/kms';
import { database, type TestDatabase } from '@cloister/testkit';
import { Busy, Clock } from '@cloister/testkit/model';
import { type KeyUri, newId, type OrganisationId, parseKmsHost, type SessionId, type UserId } from '@cloister/wire';
import { type CoreConfig, coreMigrations } from './core-internals.ts';
import { CoreProcess } from './core-process.ts';
import { Feed, FeedView } from './feed.ts';
import { discoveryOf, TestClient, TestHsm, TestIdentity } from './kms-internals.ts';
import { KmsProcess } from './kms-process.ts';

const crowd = 5;
const kmsHost = parseKmsHost('kms.acme.example');
/** Tokens, channels and unbound keys live an hour. */
const renewalMs = 40 * 60_000;
const stock = 60;
const keysAtOnce = 60;

/** One of the five, with a device, a channel and keys to bind. */
export interface Person {
  readonly client: TestClient;
  readonly id: UserId;
  readonly name: string;
  readonly bearer: string;
  readonly keys: KeyUri[];
}

/** What all runs share: two databases, an hsm, five people with channels, and a core and a key server to kill. */
export class World {
  readonly organisationId: OrganisationId;
  readonly administrator: UserId = newId();
  readonly kmsHost = kmsHost;
  readonly busy: Busy;
  readonly clock: Clock;
  readonly feed: Feed;
  readonly core: CoreProcess;
  readonly kms: KmsProcess;
  people: readonly Person[] = [];
  readonly #identity: TestIdentity;
  readonly #staticKey: TrustedKmsKey;
  readonly #close: () => Promise<void>;
  #renewed = Number.NEGATIVE_INFINITY;

  private constructor(parts: Opened) {
    const { identity, secrets, hsm, databases, config, organisationId } = parts;
    this.organisationId = organisationId;
    this.clock = parts.clock;
    this.busy = parts.busy;
    this.#identity = identity;
    this.#staticKey = parts.staticKey;
    this.#close = parts.close;
    this.feed = new Feed(identity.issuer, [identity.jwk]);
    const { clock, busy } = this;
    this.core = new CoreProcess({ config, real: databases.core, busy, clock, feed: new FeedView(this.feed) });
    this.kms = new KmsProcess({
      kmsHost,
      organisations: [organisationId],
      hsm,
      real: databases.kms,
      secrets,
      issuer: identity.issuer,
      busy,
      clock,
      feed: new FeedView(this.feed),
    });
  }

  static async open(): Promise<World> {
    const world = new World(await openParts());
    const organisationId = world.organisationId;
    const ids = Array.from({ length: crowd }, () => newId<UserId>());
    for (const id of [world.administrator, ...ids]) world.feed.state({ id, organisationId }, true);
    await world.restart();
    const people = ids.map((id) => ({ id, organisationId, sid: newId<SessionId>() }));
    const wire = {
      send: async (batch: Parameters<NonNullable<KmsProcess['kms']>['handleBatch']>[0]) =>
        (await world.kms.kms?.handleBatch(batch)) ?? [],
      operate: () => Promise.reject(new Error('operations go through the core')),
    };
    world.people = people.map((person, index) => {
      const now = () => new Date(world.clock.now);
      const client = new TestClient({ person, identity: world.#identity, staticKey: world.#staticKey, now, wire });
      return { client, id: person.id, name: `person ${index}`, bearer: '', keys: [] };
    });
    return world;
  }

  /** Both ends anew, with everything heard and nothing left from a run that failed. */
  async restart(): Promise<void> {
    const { core, kms, clock } = this;
    for (const process of [core, kms]) {
      process.onDeath = () => undefined;
      process.life.end();
    }
    await core.real.execute(sql`delete from intents where state = 'pending'`);
    await kms.real.execute(sql`update leaver_removal set undelivered = false where undelivered`);
    await kms.real.execute(sql`delete from resource_authorization`);
    for (const process of [core, kms]) {
      await process.start();
      process.feed.hear(clock.now);
    }
  }

  /** Everybody has a channel, a token and keys that will last for the run. */
  async prepare(): Promise<void> {
    const renew = this.clock.now - this.#renewed > renewalMs;
    if (renew) this.#renewed = this.clock.now;
    for (const person of this.people) {
      const { client, keys } = person;
      if (renew) {
        Object.assign(person, { bearer: client.token() });
        if ((await client.connect({ bearer: person.bearer })) === null) throw new Error('no channel');
        keys.length = 0;
      }
      if (keys.length > stock / 2) continue;
      keys.push(...(await client.createKeys(keysAtOnce)).map(({ uri }) => uri as KeyUri));
    }
  }

  async close(): Promise<void> {
    this.core.life.end();
    this.kms.life.end();
    await this.#close();
  }
}

interface Opened {
  readonly organisationId: OrganisationId;
  readonly clock: Clock;
  readonly busy: Busy;
  readonly identity: TestIdentity;
  readonly secrets: RealmSecrets;
  readonly staticKey: TrustedKmsKey;
  readonly hsm: KmsParts['hsm'];
  readonly databases: { readonly core: Database; readonly kms: Database };
  readonly config: CoreConfig;
  readonly close: () => Promise<void>;
}

const openParts = async (): Promise<Opened> => {
  const organisationId = newId<OrganisationId>();
  const clock = new Clock(Date.parse('2026-11-22T00:00:00.000Z'));
  const busy = new Busy();
  const folder = mkdtempSync(join(tmpdir(), 'cloister-two-part-'));
  const hsmServer = new TestHsm(folder);
  await hsmServer.start();
  const [coreBase, kmsBase] = [await database(), await database()];
  const databases = { core: opened(coreBase), kms: opened(kmsBase) };
  await databases.core.migrate(coreMigrations);
  await databases.kms.migrate(kmsMigrations);
  const client = new HsmClient({ socket: hsmServer.socket, secret: Buffer.from(hsmServer.secret) });
  const now = () => new Date(clock.now);
  const secrets = await provisionRealm({
    organisations: [organisationId],
    database: databases.kms,
    sideDatabase: databases.kms,
    hsm: client,
    now,
    monotonicNow: () => clock.now,
    newId,
  });
  const identity = new TestIdentity(now);
  const close = async () => {
    client.close();
    await Promise.all([databases.core.close(), databases.kms.close()]);
    await Promise.all([coreBase.drop(), kmsBase.drop(), hsmServer.kill()]);
    rmSync(folder, { recursive: true, force: true });
  };
  const config = coreConfig({ folder, organisationId, secrets, issuer: identity.issuer });
  const staticKey = await certified(secrets, now());
  return {
    organisationId,
    clock,
    busy,
    identity,
    secrets,
    staticKey,
    hsm: watched(client, busy),
    databases,
    config,
    close,
  };
};

const opened = ({ host, database: name, user, credentialFile }: TestDatabase): Database =>
  openDatabase({ host, database: name, user, credentialFile, max: 12 });

const watched = (hsm: HsmClient, busy: Busy): KmsParts['hsm'] => ({
  ensureKey: (...input) => busy.track(hsm.ensureKey(...input)),
  publicKey: (...input) => busy.track(hsm.publicKey(...input)),
  importKey: (...input) => busy.track(hsm.importKey(...input)),
  check: (...input) => busy.track(hsm.check(...input)),
  wrap: (...input) => busy.track(hsm.wrap(...input)),
  unwrap: (...input) => busy.track(hsm.unwrap(...input)),
  rewrap: (...input) => busy.track(hsm.rewrap(...input)),
  describe: (...input) => busy.track(hsm.describe(...input)),
  probe: (...input) => busy.track(hsm.probe(...input)),
  diagnose: (...input) => busy.track(hsm.diagnose(...input)),
  principal: (...input) => busy.track(hsm.principal(...input)),
  destroy: (...input) => busy.track(hsm.destroy(...input)),
});

const coreConfig = (parts: {
  folder: string;
  organisationId: OrganisationId;
  secrets: RealmSecrets;
  issuer: string;
}): CoreConfig => {
  const { folder, organisationId, secrets, issuer } = parts;
  const link = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const { kid, publicJwk } = secrets.receiptKey;
  return {
    listen: { socket: join(folder, 'c.sock') },
    health: { socket: join(folder, 'h.sock') },
    database: {},
    files: { folder: join(folder, 'files') },
    search: { key: join(folder, 'search.key') },
    origins: [],
    appOrigins: [],
    identity: { issuer, feed: { origin: 'http://localhost:1', key: link, store: join(folder, 'status.json') } },
    link: { key: join(folder, 'link.jwk') },
    realms: [{ kmsHost, organisationIds: [organisationId], linkKey: link, receiptKey: { ...publicJwk, kid } }],
  } as unknown as CoreConfig;
};

const certified = async (secrets: RealmSecrets, now: Date): Promise<TrustedKmsKey> => {
  const root = await makeRoot({ commonName: 'test root', now });
  const publicJwk = secrets.staticKey.publicJwk as unknown as JsonWebKey;
  const chain = await certifyKmsKey({ root, kmsHost, publicJwk, now });
  const { rsaPublicKey } = await discoveryOf(kmsHost, secrets.staticKey.publicJwk, chain);
  const roots = await rootsFromPem(root.certificatePem);
  return checkKmsCertificate({ jwk: JSON.parse(rsaPublicKey), kmsHost, roots, now: now.getTime() });
};
