import type { KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type Database, openDatabase } from '@cloister/database';
import { openRealmLog } from '@cloister/logging';
import { database as testDatabase } from '@cloister/testkit';
import {
  base64url,
  type FederationRealm,
  type KmsHost,
  newId,
  type OrganisationId,
  parseKmsHost,
} from '@cloister/wire';
import { migrations } from '../../index.ts';
import type { Route } from '../http/route.ts';
import { type Federation, type FederationParts, openFederation } from '../open-federation.ts';
import { TlsCredentials } from '../tls/tls-credentials.ts';
import { openStream } from './stream-pair.ts';
import { newTlsKey, type TestAuthority } from './test-authority.ts';

/** Realms in one process, each with a database of its own; streams between them are in memory. */
export class TestPeers {
  readonly authority: TestAuthority;
  /** What identity says there is. */
  readonly directory = new Map<string, { organisationIds: OrganisationId[] }>();
  readonly peers = new Map<string, TestPeer>();
  /** Where streams were opened to, in order. */
  readonly opened: string[] = [];
  /** Takes the far end of a stream instead of whom it was opened to. */
  intercept: ((stream: Duplex, kmsHost: KmsHost) => void) | null = null;

  constructor(authority: TestAuthority) {
    this.authority = authority;
  }

  async add(
    name: string,
    { routes = [], ...change }: Partial<FederationParts> & { routes?: readonly Route[] } = {},
  ): Promise<TestPeer> {
    const peer = await TestPeer.open(this, parseKmsHost(name), change);
    peer.federation.offer(routes);
    this.peers.set(peer.kmsHost, peer);
    this.directory.set(peer.kmsHost, { organisationIds: [...peer.realm.organisationIds] });
    return peer;
  }

  connect(kmsHost: KmsHost): Duplex {
    this.opened.push(kmsHost);
    const { intercept } = this;
    return openStream((far) => {
      if (intercept !== null) intercept(far, kmsHost);
      else void this.peers.get(kmsHost)?.federation.accept(far);
    });
  }

  async close(): Promise<void> {
    for (const peer of this.peers.values()) await peer.close();
  }
}

type Open = { database: Database; credentials: TlsCredentials; federation: Federation; drop: () => Promise<void> };

/** One realm of them. */
export class TestPeer {
  readonly kmsHost: KmsHost;
  readonly realm: FederationRealm;
  readonly key: KeyObject = newTlsKey();
  readonly folder = mkdtempSync(join(tmpdir(), 'cloister-peer-'));
  readonly files = { certificate: join(this.folder, 'certificate.pem'), roots: join(this.folder, 'roots.pem') };
  /** How far its clock is from the true one; OpenSSL's cannot be set. */
  aheadMs = 0;
  logged = '';
  readonly #peers: TestPeers;
  #open: Open | undefined;

  private constructor(peers: TestPeers, kmsHost: KmsHost) {
    this.#peers = peers;
    this.kmsHost = kmsHost;
    const receiptKey = { kty: 'OKP', crv: 'Ed25519', x: base64url.encode(new Uint8Array(32)), kid: kmsHost } as const;
    this.realm = { kmsHost, organisationIds: [newId<OrganisationId>()], receiptKey };
  }

  static async open(peers: TestPeers, kmsHost: KmsHost, change: Partial<FederationParts>): Promise<TestPeer> {
    const peer = new TestPeer(peers, kmsHost);
    const { authority } = peers;
    peer.write(await authority.certify(peer.key, kmsHost, { now: new Date() }), authority.root.certificatePem);
    const test = await testDatabase();
    const { host, database: name, user, credentialFile } = test;
    const database = openDatabase({ host, database: name, user, credentialFile, max: 10 });
    await database.migrate(migrations);
    const credentials = await peer.credentials();
    const federation = openFederation({ ...peer.parts(database, credentials), ...change });
    peer.#open = { database, credentials, federation, drop: () => test.drop() };
    return peer;
  }

  /** Its files as a process reads them that starts now. */
  credentials(): Promise<TlsCredentials> {
    const owner = { kmsHost: this.kmsHost, key: this.key };
    return TlsCredentials.open({ files: this.files, owner, log: this.log(), now: this.now });
  }

  parts(database: Database, credentials: TlsCredentials): FederationParts {
    return {
      realm: this.realm,
      credentials,
      directory: { realm: (kmsHost) => this.#peers.directory.get(kmsHost) ?? null },
      connect: (kmsHost) => this.#peers.connect(kmsHost),
      database,
      databaseNow: async () => this.now(),
      retryMs: 0,
      log: this.log(),
      now: this.now,
    };
  }

  readonly now = (): Date => new Date(Date.now() + this.aheadMs);

  log() {
    return openRealmLog({
      name: 'kms',
      destination: {
        write: (line) => {
          this.logged += line;
        },
      },
    });
  }

  /** The names of what was logged. */
  get events(): string[] {
    return this.logged
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { event: string }).event);
  }

  write(certificate: string, roots: string): void {
    writeFileSync(this.files.certificate, certificate);
    writeFileSync(this.files.roots, roots);
  }

  /** Looks at its files, as a process does every minute. */
  refresh(): Promise<void> {
    return this.#present.credentials.refresh();
  }

  get database(): Database {
    return this.#present.database;
  }

  get federation(): Federation {
    return this.#present.federation;
  }

  get #present(): Open {
    if (this.#open === undefined) throw new Error('the peer is not open');
    return this.#open;
  }

  async close(): Promise<void> {
    this.federation.close();
    // A test may have closed it already.
    await this.database.close().catch(() => undefined);
    await this.#present.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
