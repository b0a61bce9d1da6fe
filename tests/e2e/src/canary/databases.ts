import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Constellation } from '@cloister/testkit';
import pg from 'pg';

export interface DatabaseRow {
  readonly table: string;
  /** The row as PostgreSQL writes it, and every `bytea` in it as bytes. */
  readonly pieces: readonly Buffer[];
}

/** Runs `work` as the cluster's superuser in one server's database. */
export const inDatabase = async <T>(
  { deployment: { layout } }: Constellation,
  database: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> => {
  const password = readFileSync(join(layout.server('postgres'), 'password'), 'utf8');
  const client = new pg.Client({ host: layout.run, user: 'postgres', password, database });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

/** Every column of every row of every table, large objects and settings included: what a dump would hold. */
export const rowsOf = (all: Constellation, database: string): Promise<DatabaseRow[]> =>
  inDatabase(all, database, async (client) => {
    const tables = await client.query<{ name: string }>(
      `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'm') and n.nspname <> 'information_schema'
         and (n.nspname <> 'pg_catalog' or c.relname in ('pg_largeobject', 'pg_db_role_setting', 'pg_description'))`,
    );
    const rows: DatabaseRow[] = [];
    for (const { name } of tables.rows) {
      const found = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
      rows.push(...found.rows.map(({ row }) => ({ table: name, pieces: piecesOf(row) })));
    }
    return rows;
  });

const piecesOf = (row: string): Buffer[] => [
  Buffer.from(row),
  ...[...row.matchAll(/\\x([0-9a-f]+)/g)].map(([, hex = '']) => Buffer.from(hex, 'hex')),
];

/** Names of the text and JSON columns of a database's own tables, as `table.column`. */
export const textColumnsOf = (all: Constellation, database: string): Promise<{ table: string; column: string }[]> =>
  inDatabase(all, database, async (client) => {
    const found = await client.query<{ table: string; column: string }>(
      `select quote_ident(table_schema) || '.' || quote_ident(table_name) as table, quote_ident(column_name) as column
       from information_schema.columns join information_schema.tables using (table_schema, table_name)
       where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'
         and data_type in ('text', 'json', 'jsonb', 'character varying', 'ARRAY')`,
    );
    return found.rows;
  });

export const oidOf = async (all: Constellation, database: string): Promise<number> =>
  inDatabase(all, 'postgres', async (client) => {
    const found = await client.query<{ oid: number }>('select oid::int from pg_database where datname = $1', [
      database,
    ]);
    const oid = found.rows[0]?.oid;
    if (oid === undefined) throw new Error(`no database ${database}`);
    return oid;
  });
