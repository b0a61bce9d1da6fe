import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@cloister/postgres';
import { testPostgresVariable } from './test-postgres.ts';

/** vitest's global set-up: one PostgreSQL for the whole run, in a folder of its own that the end removes. */
export default async function setUp(): Promise<() => Promise<void>> {
  if (process.env.CLOISTER_VECTORS === undefined) {
    process.stderr.write(
      '\nCLOISTER_VECTORS is not set: the suites that need the public test vectors will fail and say so\n\n',
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'cloister-test-'));
  const passwordFile = join(folder, 'password');
  const password = randomBytes(16).toString('hex');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const socketFolder = join(folder, 's');
  mkdirSync(socketFolder, { mode: 0o700 });
  const server = new EmbeddedPostgres({
    cluster: join(folder, 'cluster'),
    socketFolder,
    logFile: join(folder, 'log'),
    passwordFile,
    fsync: 'off',
    maxConnections: 400,
  });
  server.initialise();
  await server.start();
  process.env[testPostgresVariable] = JSON.stringify({ host: socketFolder, password });
  return async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
