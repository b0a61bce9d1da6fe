import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Evaluation } from '../evaluation.ts';
import { type Finding, finding } from './finding.ts';
import { Sick } from './sick.ts';

/** A server's own way into its database, as its folder keeps it. */
interface RealmDatabase {
  readonly server: string;
  /** Database and role have the server's name. */
  readonly name: string;
  readonly password: string;
}

/** Each realm has a database and a role of its own, and no role opens another's. */
export const checkDatabases = async (evaluation: Evaluation): Promise<Finding[]> => {
  const databases = await realmDatabases(evaluation);
  if (databases.length === 0) {
    return [
      { check: 'databases', ok: false, detail: 'no credentials found', hint: 'is --data the folder of npm start?' },
    ];
  }
  const roles = databases.map((one) => finding(`database ${one.server}`, () => ownRole(evaluation, one)));
  const fences = databases.map((one) => finding(`fence ${one.server}`, () => shutOut(evaluation, one, databases)));
  const keys = databases
    .filter(({ server }) => server.endsWith('-kms'))
    .map((one) => finding(`keys at rest ${one.server}`, () => wrapped(evaluation, one)));
  return Promise.all([...roles, ...fences, ...keys]);
};

const realmDatabases = async ({ data }: Evaluation): Promise<RealmDatabase[]> => {
  const folder = join(data, 'servers');
  const servers = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    servers.map(async (server) => {
      const password = await readFile(join(folder, server, 'database.password'), 'utf8').catch(() => undefined);
      return password === undefined ? [] : [{ server, name: server.replaceAll('-', '_'), password: password.trim() }];
    }),
  );
  return found.flat();
};

const ownRole = (evaluation: Evaluation, own: RealmDatabase): Promise<string> =>
  asRole(evaluation, own, own.name, async (client) => {
    const { rows } = await client.query<{ strong: boolean }>(
      'select rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls as strong from pg_roles where rolname = current_user',
    );
    if (rows[0]?.strong !== false) throw new Sick('the role may do more than its realm needs');
    return `role ${own.name}, no more rights than its own`;
  });

const shutOut = async (evaluation: Evaluation, own: RealmDatabase, all: readonly RealmDatabase[]): Promise<string> => {
  for (const other of all) {
    if (other.name === own.name) continue;
    const opened = await asRole(evaluation, own, other.name, async () => true).catch(isRefusal);
    if (opened) throw new Sick(`role ${own.name} can open the database ${other.name}`);
  }
  return `role ${own.name} opens none of the ${all.length - 1} others`;
};

/** 42501: insufficient privilege. Anything else is no proof of a fence. */
const isRefusal = (cause: unknown): false => {
  if (cause instanceof pg.DatabaseError && cause.code === '42501') return false;
  throw cause;
};

/**
 * No key in the key server's database is usable: every one is wrapped (96-bit nonce, 256 bits, 128-bit tag: 60 bytes),
 * names the key that wraps it, and carries a commitment (byok.md §5).
 */
const wrapped = (evaluation: Evaluation, own: RealmDatabase): Promise<string> =>
  asRole(evaluation, own, own.name, async (client) => {
    let count = 0;
    for (const table of ['content_key', 'kek', 'channel']) {
      const { rows } = await client.query<{ all: string; bad: string }>(
        `select count(*) as all, count(*) filter (
           where wrapped is null or octet_length(wrapped) <> 60 or commitment is null or octet_length(commitment) <> 32
         ) as bad from ${table}`,
      );
      if (rows[0]?.bad !== '0') throw new Sick(`${rows[0]?.bad ?? '?'} rows of ${table} are not wrapped`);
      count += Number(rows[0].all);
    }
    const loose = await client.query<{ count: string }>(
      'select count(*) from content_key where not exists (select from kek where kek.kek_id = content_key.kek_id and kek.version = content_key.kek_version)',
    );
    if (loose.rows[0]?.count !== '0') throw new Sick('content keys name no wrapping key');
    return `${count} keys, every one wrapped`;
  });

const asRole = async <T>(
  { data }: Evaluation,
  own: RealmDatabase,
  database: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> => {
  const client = new pg.Client({ host: join(data, 'run'), user: own.name, password: own.password, database });
  // A connection that ends between two questions is an answer to the next one.
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
};
