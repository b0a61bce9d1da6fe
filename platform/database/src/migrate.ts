import { CloisterError } from '@cloister/wire';
import type { ClientBase, QueryConfig } from 'pg';
import { asDatabaseError } from './database-error.ts';
import { type Migration, readMigrations } from './read-migrations.ts';

/** Any number, the same in every process: only one migrates a database at a time. */
const LOCK = 0x636c6f69;

/** However long the server says nothing: the longest that a timer can be, 24 days. The driver's types do not know it. */
const patient = (query: QueryConfig): QueryConfig & { query_timeout: number } => ({
  ...query,
  query_timeout: 2 ** 31 - 1,
});

/**
 * Applies the files `0001-name.sql, 0002-…` of `folder` that the database has not seen, each in a transaction of its own,
 * under an advisory lock. What was applied is kept in the table `migration` with its checksum.
 * @throws CloisterError `platform/migration` when an applied file was changed or the database is ahead of the folder
 */
export async function migrate(client: ClientBase, folder: URL): Promise<void> {
  const migrations = await readMigrations(folder);
  // Waiting for another process's migration may take longer than any statement should.
  await client.query('set statement_timeout = 0');
  await client.query(patient({ text: 'select pg_advisory_lock($1)', values: [LOCK] }));
  try {
    await client.query(`create table if not exists migration (
      number integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`);
    const { rows } = await client.query<{ number: number; checksum: string }>(
      'select number, checksum from migration order by number',
    );
    for (const migration of outstanding(migrations, rows)) await apply(client, migration);
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => undefined);
    await client.query('reset statement_timeout').catch(() => undefined);
  }
}

/** What is left to apply, after checking that what was applied is a beginning of `migrations`, unchanged. */
export function outstanding(
  migrations: readonly Migration[],
  applied: readonly { number: number; checksum: string }[],
): readonly Migration[] {
  applied.forEach(({ number, checksum }, index) => {
    const migration = migrations[index];
    if (migration === undefined || migration.number !== number) {
      throw refusal(`the database has migration ${number}, which this program does not know; run the newer program`);
    }
    if (migration.checksum !== checksum)
      throw refusal(`${migration.name} was changed after it had been applied; add a new file instead`);
  });
  return migrations.slice(applied.length);
}

async function apply(client: ClientBase, { number, name, checksum, text }: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(patient({ text }));
    await client.query('insert into migration (number, name, checksum) values ($1, $2, $3)', [number, name, checksum]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    const { code } = error as { code?: string };
    throw code === undefined ? asDatabaseError(error) : refusal(`${name} failed (${code}); nothing of it was applied`);
  }
}

function refusal(detail: string): CloisterError {
  return new CloisterError('platform/migration', { detail });
}
