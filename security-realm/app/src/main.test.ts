import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { runApp } from './testing/running-app.ts';

const main = join(import.meta.dirname, 'main.ts');

function status(socketPath: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

it('starts from a config file, tells its health and ends with 0 on SIGTERM', async () => {
  const app = await runApp();
  const folder = dirname(app.config.dist);
  const config = { ...app.config, listen: { socket: join(folder, 'main.sock') } };
  await writeFile(join(folder, 'app.json'), JSON.stringify(config));
  const child = spawn(process.execPath, [main, '--config', join(folder, 'app.json')], { stdio: 'pipe' });
  const [line] = await once(child.stdout, 'data');
  expect(String(line)).toContain('app.started');
  expect(await status(config.health.socket, '/readyz')).toBe(200);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  await app.stop();
});

it('names an unknown setting and the one that was meant, and does not start', async () => {
  const app = await runApp();
  const file = join(dirname(app.config.dist), 'app.json');
  await writeFile(file, JSON.stringify({ ...app.config, kmsRoot: [] }));
  const child = spawn(process.execPath, [main, '--config', file], { stdio: 'pipe' });
  const chunks: string[] = [];
  child.stderr.on('data', (chunk) => chunks.push(String(chunk)));
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(chunks.join('')).toContain('did you mean "kmsRoots"');
  await app.stop();
});
