import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeRoot } from '@cloister/certs';
import { database as emptyDatabase } from '@cloister/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const machineId = '8a3f4c1e-9d52-4a77-b0b1-0f6f3f6f1a11';
let folder: string;
let key: string;
let database: Awaited<ReturnType<typeof emptyDatabase>>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cl-ix-'));
  database = await emptyDatabase();
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  key = JSON.stringify(privateKey.export({ format: 'jwk' }));
  writeFileSync(join(folder, 'key'), key, { mode: 0o600 });
  const { certificatePem } = await makeRoot({ commonName: 'test', now: new Date() });
  writeFileSync(join(folder, 'root.pem'), certificatePem);
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await database.drop();
});

const health = () => join(folder, 'health');

/** The program, at a deployment that nobody serves. */
function start(changes: object = {}) {
  const nobody = 'http://127.0.0.1:9';
  const { host, user, credentialFile } = database;
  const config = {
    machine: { id: machineId, key: join(folder, 'key') },
    kmsHost: 'kms.acme.example',
    kmsRoots: join(folder, 'root.pem'),
    health: { socket: health() },
    deployment: { catalogue: `${nobody}/u2c/api/v1`, oauth: `${nobody}/idbroker`, identity: `${nobody}/identity` },
    root: join(folder, 'root.pem'),
    store: join(folder, 'store'),
    database: { host, user, credentialFile, database: database.database },
    ...changes,
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const main = new URL('main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, '--config', join(folder, 'config.json')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  return { child, closed: once(child, 'close'), said: () => said };
}

const ask = (path: string): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const asking = request({ socketPath: health(), path }, async (answer) => {
      const chunks: Buffer[] = await answer.toArray();
      resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
    });
    asking.on('error', reject).end();
  });

describe('the indexer', () => {
  it('is ready without a deployment, says what is in the way, and stops when asked', async () => {
    const { child, closed, said } = start();
    await expect.poll(said, { timeout: 50_000, interval: 10 }).toContain('client/offline');
    expect(await ask('/readyz')).toMatchObject({ status: 200 });
    const { text } = await ask('/metrics');
    expect(text).toMatch(/^cloister_indexer_able 0$/m);
    expect(text).toMatch(/^cloister_indexer_rooms_behind 0$/m);
    child.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
    expect(said()).toContain('indexer.stopped');
    expect(said()).not.toContain(JSON.parse(key).d);
  });

  it.each([
    ['a key that others can read', { machine: { id: machineId, key: 'open' } }, 'config/insecure'],
    ['a setting that does not exist', { buckets: 8 }, 'config/unknown-key'],
    ['a setting out of range', { noise: 1000 }, 'config/invalid'],
  ])('does not start with %s', async (_, changes, code) => {
    writeFileSync(join(folder, 'open'), key, { mode: 0o644 });
    const text = JSON.stringify(changes).replace('"open"', JSON.stringify(join(folder, 'open')));
    const { closed, said } = start(JSON.parse(text));
    expect(await closed).toEqual([1, null]);
    expect(said()).toContain(`error: ${code}`);
    expect(said()).not.toContain(JSON.parse(key).d);
  });
});
