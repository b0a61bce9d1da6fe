import pg from 'pg';
import { keptSecret, randomSecret } from './credentials.ts';
import type { Layout } from './layout.ts';

/** A realm's database: its own role, its own password, no way into the others. */
export interface RealmDatabase {
  readonly passwordFile: string;
  /** Without the password. */
  readonly url: string;
}

export function superuserPasswordFile(layout: Layout): string {
  return `${layout.server('postgres')}/password`;
}

/** Makes the server's database and role when absent. */
export async function realmDatabase(layout: Layout, server: string): Promise<RealmDatabase> {
  const name = server.replaceAll('-', '_');
  const passwordFile = `${layout.server(server)}/database.password`;
  const password = keptSecret(passwordFile, randomSecret);
  await asSuperuser(layout, async (client) => {
    const roles = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
    if (roles.rowCount === 0) {
      const quoted = client.escapeLiteral(password);
      await client.query(`CREATE ROLE ${name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD ${quoted}`);
    }
    const databases = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (databases.rowCount === 0) {
      await client.query(`CREATE DATABASE ${name} OWNER ${name}`);
      await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
    }
  });
  const url = `postgresql://${name}@${encodeURIComponent(layout.run)}/${name}`;
  return { passwordFile, url };
}

async function asSuperuser(layout: Layout, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const password = keptSecret(superuserPasswordFile(layout), randomSecret);
  const client = new pg.Client({ host: layout.run, user: 'postgres', password, database: 'postgres' });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
