import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@cloister/postgres';
import type { DatabaseConfig } from '../database-config.ts';

/** A PostgreSQL server of this test file's own, so that it can be killed. */
export type OwnPostgres = { server: EmbeddedPostgres; config: DatabaseConfig; folder: string; remove(): Promise<void> };

export async function ownPostgres(): Promise<OwnPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'cl-db-'));
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, randomBytes(16).toString('hex'), { mode: 0o600 });
  const socketFolder = join(folder, 's');
  mkdirSync(socketFolder, { mode: 0o700 });
  const server = new EmbeddedPostgres({
    cluster: join(folder, 'cluster'),
    socketFolder,
    logFile: join(folder, 'log'),
    passwordFile,
    // These tests kill the server: what it acknowledged must survive.
    fsync: 'on',
    maxConnections: 40,
  });
  server.initialise();
  await server.start();
  return {
    server,
    folder,
    config: { host: socketFolder, database: 'postgres', user: 'postgres', credentialFile: passwordFile },
    remove: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
