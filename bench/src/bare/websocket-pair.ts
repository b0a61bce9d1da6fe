import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import type { Carrier } from '../load/carrier.ts';

/** Most of what waits in the sender's memory at once, as much as the credit of a stream. */
const most = 262_144;

/** The bare loop `tunnel` is held against: two websockets on a unix socket, each message its own frame, nothing in between. */
export async function bareWebsocketPair(): Promise<Carrier> {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-pair-'));
  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  server.listen(join(folder, 's'));
  await once(server, 'listening');
  const near = new WebSocket(`ws+unix:${join(folder, 's')}:/`, { perMessageDeflate: false });
  const [[far]] = (await Promise.all([once(sockets, 'connection'), once(near, 'open')])) as unknown as [[WebSocket]];
  let came = 0;
  let wake: () => void = () => undefined;
  let echoes = true;
  far.on('message', (data: Buffer) => {
    if (echoes) return far.send(data);
    came += data.length;
    wake();
  });
  return {
    ask: async (message) => {
      echoes = true;
      near.send(message);
      await once(near, 'message');
    },
    carry: async (chunk, times) => {
      echoes = false;
      came = 0;
      for (let count = 0; count < times; count += 1) {
        near.send(chunk);
        while (near.bufferedAmount > most) await new Promise((resolve) => setImmediate(resolve));
      }
      while (came < chunk.length * times) await new Promise<void>((resolve) => (wake = resolve));
    },
    close: async () => {
      near.terminate();
      sockets.close();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
