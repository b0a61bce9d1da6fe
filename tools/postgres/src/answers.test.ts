import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { answers } from './answers.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** What a server says to the start-up message; nothing: it hangs up. */
const serverThat = async (answer: (socket: Socket) => void): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'cl-answers-'));
  const path = join(folder, 's');
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  stops.push(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  return path;
};

it('is answered by a server that asks for a password, and by no other', async () => {
  expect(await answers(await serverThat((socket) => socket.end('R')))).toBe(true);
  expect(await answers(await serverThat((socket) => socket.end('E')))).toBe(false);
});

it('takes one that hangs up without a word, or is not there, for one that does not answer', async () => {
  expect(await answers(await serverThat((socket) => socket.end()))).toBe(false);
  expect(await answers(join(tmpdir(), 'nobody-listens-here'))).toBe(false);
});
