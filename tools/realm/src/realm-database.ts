import { readFileSync } from 'node:fs';
import { EmbeddedPostgres } from '@cloister/postgres';
import pg from 'pg';
import type { RealmLayout } from './layout.ts';

/** The realm's own PostgreSQL, on a unix socket in its folder. */
export const openPostgres = ({ postgres, run }: RealmLayout): EmbeddedPostgres =>
  new EmbeddedPostgres({
    cluster: postgres.cluster,
    socketFolder: run,
    logFile: postgres.log,
    passwordFile: postgres.password,
    maxConnections: 60,
  });

/** Makes the key server's database and role where they are missing. */
export const makeDatabase = async ({ run, postgres, kms }: RealmLayout): Promise<void> => {
  const password = readFileSync(postgres.password, 'utf8');
  const client = new pg.Client({ host: run, user: 'postgres', password, database: 'postgres' });
  await client.connect();
  try {
    const roles = await client.query("SELECT 1 FROM pg_roles WHERE rolname = 'kms'");
    if (roles.rowCount === 0) {
      const quoted = client.escapeLiteral(readFileSync(kms.password, 'utf8'));
      await client.query(`CREATE ROLE kms LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD ${quoted}`);
    }
    const databases = await client.query("SELECT 1 FROM pg_database WHERE datname = 'kms'");
    if (databases.rowCount === 0) {
      await client.query('CREATE DATABASE kms OWNER kms');
      await client.query('REVOKE ALL ON DATABASE kms FROM PUBLIC');
    }
  } finally {
    await client.end();
  }
};
