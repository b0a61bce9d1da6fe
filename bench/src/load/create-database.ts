import type { Constellation } from '@cloister/testkit';
import pg from 'pg';
import { superuser } from './superuser.ts';

/** An empty database on the constellation's PostgreSQL; the result drops it. */
export async function createDatabase(all: Constellation, name: string): Promise<() => Promise<void>> {
  const run = async (text: string) => {
    const client = new pg.Client({ ...superuser(all), database: 'postgres' });
    await client.connect();
    await client.query(text);
    await client.end();
  };
  await run(`CREATE DATABASE ${name}`);
  return () => run(`DROP DATABASE ${name} WITH (FORCE)`);
}
