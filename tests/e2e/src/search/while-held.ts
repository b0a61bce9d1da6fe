import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Constellation } from '@cloister/testkit';
import pg from 'pg';

export interface Place {
  readonly database: string;
  readonly table: string;
}

/**
 * Runs `work` while nobody can write to a table: whoever wants to waits there, and can be met at that very moment. Reading goes on.
 * @param work given `met`, which resolves once somebody waits
 */
export const whileHeld = async <T>(
  { deployment: { layout } }: Constellation,
  { database, table }: Place,
  work: (met: () => Promise<void>) => Promise<T>,
): Promise<T> => {
  const password = readFileSync(join(layout.server('postgres'), 'password'), 'utf8');
  const client = new pg.Client({ host: layout.run, user: 'postgres', password, database });
  // Where `work` kills the database, this ends with it.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('begin');
    await client.query(`lock table ${table} in exclusive mode`);
    const met = async () => {
      const waiting = `select 1 from pg_locks where relation = '${table}'::regclass and not granted`;
      while ((await client.query(waiting)).rowCount === 0) await pause(20);
    };
    return await work(met);
  } finally {
    await client.end().catch(() => {});
  }
};
