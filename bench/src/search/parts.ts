import { randomBytes } from 'node:crypto';
import { migrations as coreMigrations, SearchIndex } from '@cloister/core';
import { type Database, openDatabase } from '@cloister/database';
import { Metrics } from '@cloister/health';
import { Counters, migrations as indexerMigrations, RandomSource, type SearchKey, searchKey } from '@cloister/indexer';
import { openLog } from '@cloister/logging';
import type { Constellation } from '@cloister/testkit';
import type { OrganisationId, RoomId } from '@cloister/wire';
import { createDatabase } from '../load/create-database.ts';
import { superuser } from '../load/superuser.ts';

/** Search in this process, with the real parts of indexer and core on databases of their own. */
export interface SearchParts {
  /** Also holds the peer's table. */
  readonly core: Database;
  readonly indexer: Database;
  readonly index: SearchIndex;
  readonly counters: Counters;
  readonly random: RandomSource;
  readonly keysOf: (roomId: RoomId) => readonly SearchKey[];
  close(): Promise<void>;
}

/** What an indexer does unless told. */
export const settings = { bucket: 4, noise: 0 };
export const generation = 1;

export async function openSearchParts(all: Constellation, organisationId: OrganisationId): Promise<SearchParts> {
  const [core, indexer] = [await ownDatabase(all, coreMigrations), await ownDatabase(all, indexerMigrations)];
  const keys = new Map<RoomId, readonly SearchKey[]>();
  const index = await SearchIndex.open({
    db: core.db,
    key: randomBytes(32),
    reset: false,
    now: Date.now,
    log: openLog({ name: 'core', destination: { write: () => undefined } }),
    metrics: new Metrics(),
  });
  return {
    core: core.db,
    indexer: indexer.db,
    index,
    counters: new Counters({ database: indexer.db, organisationId }),
    random: new RandomSource(randomBytes),
    keysOf: (roomId) => {
      const known = keys.get(roomId) ?? [searchKey(1, randomBytes(32))];
      keys.set(roomId, known);
      return known;
    },
    close: async () => {
      await core.close();
      await indexer.close();
    },
  };
}

async function ownDatabase(all: Constellation, migrations: URL): Promise<{ db: Database; close(): Promise<void> }> {
  const database = `bench_search_${randomBytes(4).toString('hex')}`;
  const drop = await createDatabase(all, database);
  const { host, user } = superuser(all);
  const credentialFile = `${all.deployment.layout.server('postgres')}/password`;
  const db = openDatabase({ host, user, credentialFile, database, max: 4, statementTimeoutMs: 600_000 });
  await db.migrate(migrations);
  return {
    db,
    close: async () => {
      await db.close();
      await drop();
    },
  };
}
