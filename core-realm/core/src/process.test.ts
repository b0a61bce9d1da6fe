import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RoomId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCore } from './testing/test-core.ts';

let core: TestCore;
beforeAll(async () => {
  core = await TestCore.start();
  await core.stop();
});
afterAll(() => core.end());

const main = fileURLToPath(new URL('main.ts', import.meta.url));

/** The core as a process of its own; resolves when it answers. */
const start = async () => {
  const config = join(core.folder, 'core.json');
  writeFileSync(config, JSON.stringify(core.config));
  const child = spawn(process.execPath, [main, '--config', config], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  const listening = new Promise<void>((resolve) => {
    child.stdout.on('data', (part) => {
      output.push(String(part));
      if (output.join('').includes('core.started')) resolve();
    });
  });
  child.stderr.on('data', (part) => output.push(String(part)));
  await Promise.race([listening, once(child, 'exit')]);
  return { child, output };
};

describe('the process', () => {
  it('keeps what it acknowledged through SIGKILL, ends with 0 on SIGTERM, and logs ids alone (R421, R422)', async () => {
    const first = await start();
    await core.acme.connect(core.socket);
    const alice = await core.client();
    const events = await alice.connect();
    const key = core.acme.newKey();
    const { body: room } = await alice.create(key, []);
    const { body: posted } = await alice.post(room.id as RoomId, key);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    await events.until(() => events.closedWith !== undefined);
    const second = await start();
    expect((await alice.history(room.id as RoomId)).map(({ id }) => id)).toContain(posted.id);
    second.child.kill('SIGTERM');
    const [code] = await once(second.child, 'exit');
    expect(code).toBe(0);
    const log = [...first.output, ...second.output].join('');
    for (const secret of [alice.person.token, String(room.displayName), '@']) expect(log).not.toContain(secret);
    for (const line of log.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
  });

  it('refuses to start on a configuration it does not understand, naming what it is', async () => {
    const config = join(core.folder, 'bad.json');
    writeFileSync(config, JSON.stringify({ ...core.config, orgins: [] }));
    const child = spawn(process.execPath, [main, '--config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    child.stderr.on('data', (part) => {
      text += String(part);
    });
    const [code] = await once(child, 'close');
    expect(code).not.toBe(0);
    expect(text).toMatch(/orgins.*origins/s);
  });
});
