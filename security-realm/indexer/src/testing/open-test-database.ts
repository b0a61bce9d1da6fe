import { type Database, openDatabase } from '@cloister/database';
import { database as emptyDatabase } from '@cloister/testkit';

/** An indexer's database, empty and brought up to date; `drop` ends it. */
export async function openTestDatabase(): Promise<{ database: Database; drop: () => Promise<void> }> {
  const { host, database: name, user, credentialFile, drop } = await emptyDatabase();
  const database = openDatabase({ host, database: name, user, credentialFile });
  await database.migrate(new URL('../../migrations/', import.meta.url));
  return {
    database,
    drop: async () => {
      await database.close();
      await drop();
    },
  };
}
