import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { testPostgres } from './test-postgres.ts';

export interface TestDatabase {
  /** Folder of PostgreSQL's unix socket; the port is 5432. */
  readonly host: string;
  readonly database: string;
  /** Owner of the database, who is no superuser. */
  readonly user: string;
  readonly password: string;
  /** File (0600) with the password, as servers want it. */
  readonly credentialFile: string;
  /** `postgresql://user:password@%2Fsocket%2Ffolder/database` */
  readonly url: string;
  drop(): Promise<void>;
}

/** An empty database with a role of its own on the run's PostgreSQL. */
export async function database(): Promise<TestDatabase> {
  const server = testPostgres();
  const name = `test_${randomBytes(8).toString('hex')}`;
  const password = randomBytes(16).toString('hex');
  await asSuperuser(async (client) => {
    await client.query(`CREATE ROLE ${name} LOGIN PASSWORD '${password}'`);
    await client.query(`CREATE DATABASE ${name} OWNER ${name}`);
  });
  const folder = mkdtempSync(join(tmpdir(), 'cloister-db-'));
  const credentialFile = join(folder, 'password');
  writeFileSync(credentialFile, password, { mode: 0o600 });
  return {
    host: server.host,
    database: name,
    user: name,
    password,
    credentialFile,
    url: `postgresql://${name}:${password}@${encodeURIComponent(server.host)}/${name}`,
    drop: async () => {
      rmSync(folder, { recursive: true, force: true });
      await asSuperuser(async (client) => {
        await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
        await client.query(`DROP ROLE ${name}`);
      });
    },
  };

  async function asSuperuser(work: (client: pg.Client) => Promise<void>): Promise<void> {
    const client = new pg.Client({
      host: server.host,
      user: 'postgres',
      password: server.password,
      database: 'postgres',
    });
    await client.connect();
    try {
      await work(client);
    } finally {
      await client.end();
    }
  }
}
