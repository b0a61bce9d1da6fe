import { readCredential } from '@cloister/config';
import { type Database, openDatabase } from '@cloister/database';
import { HsmClient } from '@cloister/hsm';
import type { Log } from '@cloister/logging';
import { newId, type Uuid } from '@cloister/wire';
import type { KmsConfig } from './config.ts';

/** What provisioning and serving have in common: the databases, migrated, and the hsm. */
export type OpenParts = {
  readonly database: Database;
  readonly sideDatabase: Database;
  readonly watchDatabase: Database;
  readonly hsm: HsmClient;
  readonly now: () => Date;
  readonly monotonicNow: () => number;
  readonly newId: () => Uuid;
  close(): Promise<void>;
};

const MIGRATIONS = new URL('../migrations/', import.meta.url);

export const openParts = async ({ database: place, hsm }: KmsConfig, log: Log): Promise<OpenParts> => {
  const database = openDatabase({ max: 10, ...place, name: 'kms', log });
  const sideDatabase = openDatabase({ ...place, name: 'kms-side', log, max: 4 });
  // One look and the one that came after it was given up.
  const watchDatabase = openDatabase({ ...place, name: 'kms-watch', log, max: 2 });
  const client = new HsmClient({ socket: hsm.socket, secret: readCredential(hsm.shared) });
  await database.migrate(MIGRATIONS);
  return {
    database,
    sideDatabase,
    watchDatabase,
    hsm: client,
    now: () => new Date(),
    monotonicNow: () => performance.now(),
    newId,
    close: async () => {
      client.close();
      await Promise.all([database.close(), sideDatabase.close(), watchDatabase.close()]);
    },
  };
};
