import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeRoot } from '@cloister/certs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canConvert } from '../../../platform/sandbox/src/testing/can-convert.ts';

const machineId = '8a3f4c1e-9d52-4a77-b0b1-0f6f3f6f1a11';
let folder: string;
let key: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cl-tc-'));
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  key = JSON.stringify(privateKey.export({ format: 'jwk' }));
  writeFileSync(join(folder, 'key'), key, { mode: 0o600 });
  const { certificatePem } = await makeRoot({ commonName: 'test', now: new Date() });
  writeFileSync(join(folder, 'root.pem'), certificatePem);
});
afterEach(() => rmSync(folder, { recursive: true }));

const health = () => join(folder, 'health');

/** The program, at a deployment that nobody serves. */
function start(changes: object = {}) {
  const nobody = 'http://127.0.0.1:9';
  const config = {
    machine: { id: machineId, key: join(folder, 'key') },
    kmsHost: 'kms.acme.example',
    kmsRoots: join(folder, 'root.pem'),
    health: { socket: health() },
    deployment: { catalogue: `${nobody}/u2c/api/v1`, oauth: `${nobody}/idbroker`, identity: `${nobody}/identity` },
    root: join(folder, 'root.pem'),
    store: join(folder, 'store'),
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

describe.skipIf(!canConvert)('the transcoder', () => {
  it('is ready without a deployment, says what is in the way, and stops when asked', async () => {
    const { child, closed, said } = start();
    await expect.poll(said, { timeout: 50_000, interval: 10 }).toContain('client/offline');
    expect(await ask('/readyz')).toMatchObject({ status: 200 });
    expect((await ask('/metrics')).text).toMatch(/^cloister_transcoder_able 0$/m);
    child.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
    expect(said()).toContain('transcoder.stopped');
    expect(said()).not.toContain(JSON.parse(key).d);
  });

  it.each([
    ['a key that others can read', 'open', 'config/insecure'],
    ['a file that holds no key', 'words', 'config/invalid'],
    ['no file', 'absent', 'config/unreadable'],
  ])('does not start with %s', async (_, name, code) => {
    writeFileSync(join(folder, 'open'), key, { mode: 0o644 });
    writeFileSync(join(folder, 'words'), 'no key', { mode: 0o600 });
    const { closed, said } = start({ machine: { id: machineId, key: join(folder, name) } });
    expect(await closed).toEqual([1, null]);
    expect(said()).toContain(`error: ${code}`);
    expect(said()).not.toContain(JSON.parse(key).d);
  });
});
