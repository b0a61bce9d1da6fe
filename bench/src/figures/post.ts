import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Constellation } from '@cloister/testkit';
import pg from 'pg';
import { WebSocket } from 'ws';
import { costFigure, type Figure, peerFigure } from '../figure.ts';
import { bearer, type LoadDevice, openDevice } from '../load/device.ts';
import { SocketHttp } from '../load/http.ts';
import { type LoadRoom, makeRoom } from '../load/room.ts';
import { percentile } from '../measure/bare.ts';
import { cpuSeconds } from '../measure/cpu.ts';

const readers = 50;
const posts = 2000;
const concurrency = 8;
const bareServer = fileURLToPath(new URL('../bare/post-server.ts', import.meta.url));

/** `post`: one HTTP request in, one entry appended, 50 sockets told; CPU of core and PostgreSQL against the bare server's. */
export async function postFigures(all: Constellation): Promise<Record<string, Figure>> {
  const bare = await bareCostOfPost(all);
  const room = await makeRoom(all);
  const socketPath = all.deployment.layout.socket('core');
  const origin = all.endpoints.core;
  const http = new SocketHttp(socketPath, origin);
  let delivered = 0;
  const devices: LoadDevice[] = [];
  for (let index = 0; index < readers; index++) {
    const device = await openDevice({ http, socketPath, origin, tokens: room.tokens, lean: true });
    device.onEvent = () => {
      delivered += 1;
    };
    devices.push(device);
  }
  const post = () => http.json('POST', `${room.path}/activities`, bearer(room.tokens), postBody(room));
  for (let index = 0; index < 100; index++) await post();
  const pids = [all.deployment.pid('core') ?? 0, all.deployment.pid('postgres') ?? 0];
  delivered = 0;
  const before = cpuSeconds(pids);
  const { latencies, seconds } = await drive(posts, concurrency, post);
  await until(() => delivered >= posts * readers);
  const cost = ((cpuSeconds(pids) - before) / posts) * 1e6;
  for (const device of devices) device.close();
  http.close();
  return {
    post: costFigure(cost, bare, 0.5),
    'post-rate-room-of-50': peerFigure(posts / seconds, 500, 'posts/s', 'more'),
    'post-p99-room-of-50': peerFigure(percentile(latencies, 0.99), 16, 'ms', 'less'),
  };
}

function postBody(room: LoadRoom) {
  const clientTempId = randomUUID();
  return {
    verb: 'post',
    objectType: 'activity',
    clientTempId,
    actor: { id: room.tokens.userId, objectType: 'person' },
    object: { objectType: 'comment', displayName: room.sealedText, content: room.sealedText },
    target: { id: room.id, objectType: 'conversation' },
    encryptionKeyUrl: room.keyUri,
  };
}

async function drive(count: number, parallel: number, work: () => Promise<unknown>) {
  const latencies: number[] = [];
  let left = count;
  const started = performance.now();
  const worker = async () => {
    while (left-- > 0) {
      const from = performance.now();
      await work();
      latencies.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return { latencies, seconds: (performance.now() - started) / 1000 };
}

async function bareCostOfPost(all: Constellation): Promise<number> {
  const password = readFileSync(`${all.deployment.layout.server('postgres')}/password`, 'utf8');
  const url = `postgresql://postgres:${password}@${encodeURIComponent(all.deployment.layout.run)}/postgres`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    'CREATE TABLE IF NOT EXISTS bench_post (id bigserial PRIMARY KEY, at timestamptz DEFAULT now(), body text NOT NULL)',
  );
  await client.end();
  const port = 45_000 + Math.floor(Math.random() * 5000);
  const child = spawn(process.execPath, [bareServer, String(port), url], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  let delivered = 0;
  const sockets = await Promise.all(
    Array.from({ length: readers }, async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
      await new Promise((resolve) => socket.once('open', resolve));
      socket.on('message', () => {
        delivered += 1;
        socket.send('{"messageId":"00000000-0000-4000-8000-000000000000","type":"ack"}');
      });
      return socket;
    }),
  );
  const agent = new Agent({ keepAlive: true });
  const body = JSON.stringify({ text: randomBytes(600).toString('base64') });
  const post = () =>
    new Promise((resolve, reject) => {
      const asking = request(
        {
          agent,
          port,
          host: '127.0.0.1',
          method: 'POST',
          path: '/post',
          headers: { 'content-type': 'application/json' },
        },
        (answer) => answer.resume().on('end', resolve),
      );
      asking.on('error', reject);
      asking.end(body);
    });
  await drive(100, concurrency, post);
  await until(() => delivered >= 100 * readers);
  delivered = 0;
  const pids = [child.pid ?? 0, all.deployment.pid('postgres') ?? 0];
  const before = cpuSeconds(pids);
  await drive(posts, concurrency, post);
  await until(() => delivered >= posts * readers);
  const cost = ((cpuSeconds(pids) - before) / posts) * 1e6;
  for (const socket of sockets) socket.terminate();
  agent.destroy();
  child.kill();
  return cost;
}

async function until(done: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!done()) {
    if (Date.now() > deadline) throw new Error('not everything was delivered within 60 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
