import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { signRealmToken } from '@cloister/verify';
import { type KmsHost, newId, type OrganisationId, parseKmsHost } from '@cloister/wire';
import { CoreIdentity } from './core-internals.ts';
import { killed } from './test-hsm.ts';

/** Where the core keeps its database. */
export interface CoreDatabase {
  readonly host: string;
  readonly database: string;
  readonly user: string;
  readonly credentialFile: string;
}

interface Realm {
  readonly kmsHost: KmsHost;
  readonly organisationId: OrganisationId;
  readonly linkKey: KeyObject;
}

const MAIN = join(import.meta.dirname, '../../../../core-realm/core/src/main.ts');

/** A real core in a process of its own, which knows these realms. */
export class CoreProcess {
  readonly identity = new CoreIdentity();
  readonly realms: readonly Realm[];
  /** Every event the core has logged. */
  readonly events: { readonly event: string; readonly [field: string]: unknown }[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'cloister-tunnel-'));
  readonly #waiting = new Set<() => void>();
  #child: ChildProcess | null = null;

  private constructor(kmsHosts: readonly string[]) {
    this.realms = kmsHosts.map((name) => {
      const { privateKey } = generateKeyPairSync('ed25519');
      return { kmsHost: parseKmsHost(name), organisationId: newId<OrganisationId>(), linkKey: privateKey };
    });
  }

  static async start(database: CoreDatabase, kmsHosts: readonly string[]): Promise<CoreProcess> {
    const core = new CoreProcess(kmsHosts);
    await core.identity.listen();
    core.#configure(database);
    await core.start();
    return core;
  }

  get socket(): string {
    return join(this.#folder, 'core.sock');
  }

  /** The realm link's address, as a websocket client takes it. */
  get linkUrl(): string {
    return `ws+unix:${this.socket}:/realm/v1/connect`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  realm(kmsHost: string): Realm {
    const realm = this.realms.find((each) => each.kmsHost === kmsHost);
    if (realm === undefined) throw new Error('the core does not know it');
    return realm;
  }

  token(kmsHost: string): string {
    const { linkKey: key } = this.realm(kmsHost);
    return signRealmToken({ key, issuer: parseKmsHost(kmsHost), audience: 'core', now: Date.now() });
  }

  /** Starts it on what the one before left. */
  async start(): Promise<void> {
    const args = [MAIN, '--config', join(this.#folder, 'core.json')];
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const from = this.events.length;
    createInterface({ input: this.#child.stdout as NonNullable<ChildProcess['stdout']> }).on('line', (line) => {
      this.events.push(JSON.parse(line));
      for (const look of this.#waiting) look();
    });
    await this.until((event, at) => at >= from && event.event === 'core.started');
  }

  /** Resolves when the core has logged such an event; looks at those it logged before too. */
  until(matches: (event: CoreProcess['events'][number], at: number) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!this.events.some(matches)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** The value of one of its metrics. */
  async metric(name: string): Promise<number> {
    const answer = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
      request({ socketPath: join(this.#folder, 'health.sock'), path: '/metrics' }, resolve)
        .on('error', reject)
        .end();
    });
    const line = (await text(answer)).split('\n').find((each) => each.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1) ?? 0);
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await killed(this.#child);
    this.#child = null;
  }

  async close(): Promise<void> {
    await this.kill();
    await this.identity.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #configure({ host, database, user, credentialFile }: CoreDatabase): void {
    const key = this.#write('link.jwk', generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }));
    const searchKey = join(this.#folder, 'search.key');
    writeFileSync(searchKey, randomBytes(32).toString('base64url'), { mode: 0o600 });
    const { statusJwk, origin, issuer } = this.identity;
    const publicJwk = ({ kty, crv, x }: ReturnType<KeyObject['export']> & object) => ({ kty, crv, x });
    this.#write('core.json', {
      listen: { socket: this.socket },
      health: { socket: join(this.#folder, 'health.sock') },
      database: { host, database, user, credentialFile },
      files: { folder: join(this.#folder, 'files') },
      search: { key: searchKey },
      origins: ['http://localhost:8443'],
      appOrigins: [],
      identity: { issuer, feed: { origin, key: statusJwk, store: join(this.#folder, 'status.json') } },
      link: { key },
      realms: this.realms.map(({ kmsHost, organisationId, linkKey }) => {
        const jwk = publicJwk(linkKey.export({ format: 'jwk' }) as never);
        return { kmsHost, organisationIds: [organisationId], linkKey: jwk, receiptKey: { ...jwk, kid: 'r' } };
      }),
    });
  }

  #write(name: string, value: object): string {
    const file = join(this.#folder, name);
    writeFileSync(file, JSON.stringify(value), { mode: 0o600 });
    return file;
  }
}
