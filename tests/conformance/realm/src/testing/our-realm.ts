import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { database, type TestDatabase } from '@cloister/testkit';
import pg from 'pg';
import { prepare } from '../prepare.ts';
import type { RealmUnderTest, Surroundings } from '../surroundings/hand-over.ts';

const program = (server: 'kms' | 'hsm'): string =>
  join(import.meta.dirname, `../../../../../security-realm/${server}/src/main.ts`);

/** Our own key server with a real hsm and a real database, set up as anybody would: from a folder the suite prepared. */
export class OurRealm {
  readonly folder = mkdtempSync(join(tmpdir(), 'cloister-realm-conformance-'));
  #database: TestDatabase | undefined;
  #hsm: ChildProcess | undefined;

  /** `reach` may put something in between: the realm connects to what it answers. */
  static async open(
    reach = async ({ core }: Surroundings, _folder: string): Promise<string> => core.url,
  ): Promise<OurRealm> {
    const realm = new OurRealm();
    try {
      await realm.#setUp(reach);
      return realm;
    } catch (cause) {
      await realm.close();
      throw cause;
    }
  }

  async #setUp(reach: (surroundings: Surroundings, folder: string) => Promise<string>): Promise<void> {
    const surroundings = await prepare(this.folder);
    this.#database = await database();
    await this.#startHsm();
    const config = this.#write('kms.json', this.#kmsConfig(surroundings, await reach(surroundings, this.folder)));
    const provisioned = spawn(process.execPath, [program('kms'), 'provision', '--config', config], { stdio: 'ignore' });
    const [code] = await once(provisioned, 'exit');
    if (code !== 0) throw new Error('the key server could not be provisioned');
    const { staticKey, linkKey, receiptKey, tlsKey } = JSON.parse(readFileSync(this.#file('public.json'), 'utf8'));
    // What it logs is kept, over the restart too.
    const start = [
      'sh',
      '-c',
      'log=$1; shift; exec "$@" >> "$log"',
      'sh',
      this.logFile,
      process.execPath,
      program('kms'),
    ];
    const said: RealmUnderTest = { staticKey, linkKey, receiptKey, tlsKey, start: [...start, '--config', config] };
    this.#write('realm.json', said);
  }

  get logFile(): string {
    return this.#file('kms.log');
  }

  /** Everything its database knows, as text. */
  async rows(): Promise<string> {
    const client = new pg.Client({ connectionString: this.#database?.url });
    await client.connect();
    try {
      const { rows: tables } = await client.query<{ name: string }>(
        "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'",
      );
      const all: string[] = [];
      for (const { name } of tables) {
        const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
        all.push(...rows.map(({ row }) => row));
      }
      return all.join('\n');
    } finally {
      await client.end();
    }
  }

  /** Takes what it kept of identity's feed: another run has another identity. */
  forgetFeed(): void {
    rmSync(this.#file('status.json'), { force: true });
  }

  async close(): Promise<void> {
    const hsm = this.#hsm;
    if (hsm !== undefined && hsm.exitCode === null) {
      const gone = once(hsm, 'exit');
      hsm.kill('SIGKILL');
      await gone;
    }
    await this.#database?.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #kmsConfig({ kmsHost, organisationIds, identity, certificates }: Surroundings, core: string): object {
    const { host, database: name, user, credentialFile } = this.#database as TestDatabase;
    return {
      kmsHost,
      organisations: organisationIds,
      health: { socket: this.#file('kms-health.sock') },
      database: { host, database: name, user, credentialFile },
      hsm: { socket: this.#file('hsm.sock'), shared: this.#file('shared') },
      core: { url: core },
      identity,
      federation: { certificate: certificates.tls, roots: certificates.roots },
      status: this.#file('status.json'),
      certificates: certificates.static,
      provision: this.#file('public.json'),
    };
  }

  async #startHsm(): Promise<void> {
    for (const secret of ['pin', 'shared'])
      writeFileSync(this.#file(secret), randomBytes(32).toString('hex'), { mode: 0o600 });
    const config = this.#write('hsm.json', {
      listen: { socket: this.#file('hsm.sock') },
      health: { socket: this.#file('hsm-health.sock') },
      keystore: { kind: 'software', path: this.#file('keystore') },
      // The smaller size: making one takes a fraction of the time.
      uploadKeyBits: 3072,
      credentials: { pin: this.#file('pin'), shared: this.#file('shared') },
    });
    const hsm = spawn(process.execPath, [program('hsm'), '--config', config], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#hsm = hsm;
    const ready = Promise.withResolvers<void>();
    createInterface({ input: hsm.stdout }).on('line', (line) => line.includes('"hsm.ready"') && ready.resolve());
    hsm.once('exit', () => ready.reject(new Error('the hsm ended before it was ready')));
    await ready.promise;
  }

  #file(name: string): string {
    return join(this.folder, name);
  }

  #write(name: string, content: object): string {
    writeFileSync(this.#file(name), JSON.stringify(content));
    return this.#file(name);
  }
}
