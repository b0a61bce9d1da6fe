import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listenOnSocket } from './listen-on-socket.ts';

let folder: string;
let path: string;
let server: Server;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cl-sock-'));
  path = join(folder, 's');
  server = createServer((socket) => socket.on('error', () => undefined).end('hello'));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

async function read(): Promise<string> {
  const socket = connect(path);
  const [data] = await once(socket, 'data');
  return String(data);
}

it('listens for its owner only', async () => {
  await listenOnSocket(server, path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await read()).toBe('hello');
});

it('takes over the socket of a process that was killed', async () => {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`;
  const other = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(other.stdout, 'data');
  await expect(listenOnSocket(server, path)).rejects.toMatchObject({ code: 'platform/socket' });
  other.kill('SIGKILL');
  await once(other, 'exit');
  expect(existsSync(path)).toBe(true);
  await listenOnSocket(server, path);
  expect(await read()).toBe('hello');
});

it('leaves a living server alone', async () => {
  await listenOnSocket(server, path);
  await expect(listenOnSocket(createServer(), path)).rejects.toMatchObject({
    detail: expect.stringContaining('another process listens'),
  });
  expect(await read()).toBe('hello');
});

it('never removes what is no socket', async () => {
  writeFileSync(path, 'precious');
  chmodSync(path, 0o600);
  await expect(listenOnSocket(server, path)).rejects.toMatchObject({ detail: expect.stringContaining('not a socket') });
  expect(readFileSync(path, 'utf8')).toBe('precious');
});

it('says that a path is too long instead of listening at a cut one', async () => {
  const long = join(folder, 'x'.repeat(200));
  await expect(listenOnSocket(server, long)).rejects.toMatchObject({ detail: expect.stringContaining('shorter name') });
});

it('names the system error for a folder that does not exist', async () => {
  await expect(listenOnSocket(server, join(folder, 'absent', 's'))).rejects.toMatchObject({
    detail: expect.stringMatching(/ENOENT|EACCES/),
  });
});
