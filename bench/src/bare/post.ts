import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Constellation } from '@cloister/testkit';
import pg from 'pg';
import { WebSocket } from 'ws';
import { superuser } from '../load/superuser.ts';

const server = fileURLToPath(new URL('./post-server.ts', import.meta.url));

export interface BarePosts {
  readonly pid: number;
  /** Events that sockets got so far. */
  readonly delivered: () => number;
  post(): Promise<unknown>;
  close(): void;
}

/** The bare server as a process of its own, with its readers connected. */
export async function barePosts(all: Constellation, readers: number): Promise<BarePosts> {
  const { host, user, password } = superuser(all);
  const url = `postgresql://${user}:${password}@${encodeURIComponent(host)}/postgres`;
  await createTable(url);
  const port = 45_000 + Math.floor(Math.random() * 5000);
  const child = spawn(process.execPath, [server, String(port)], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(url);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  let delivered = 0;
  const sockets = await Promise.all(
    Array.from({ length: readers }, () => openReader(`ws://127.0.0.1:${port}`, () => (delivered += 1))),
  );
  const agent = new Agent({ keepAlive: true });
  const body = JSON.stringify({ text: randomBytes(600).toString('base64') });
  const headers = { 'content-type': 'application/json' };
  return {
    pid: child.pid ?? 0,
    delivered: () => delivered,
    post: () =>
      new Promise((resolve, reject) => {
        const options = { agent, port, host: '127.0.0.1', method: 'POST', path: '/post', headers };
        const asking = request(options, (answer) => answer.resume().on('end', resolve));
        asking.on('error', reject);
        asking.end(body);
      }),
    close: () => {
      for (const socket of sockets) socket.terminate();
      agent.destroy();
      child.kill();
    },
  };
}

async function createTable(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(
    'CREATE TABLE IF NOT EXISTS bench_post (id bigserial PRIMARY KEY, at timestamptz DEFAULT now(), body text NOT NULL)',
  );
  await client.end();
}

/** A socket that acknowledges each event, as clients of ours do. */
async function openReader(url: string, got: () => void): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await new Promise((resolve) => socket.once('open', resolve));
  socket.on('message', () => {
    got();
    socket.send('{"messageId":"00000000-0000-4000-8000-000000000000","type":"ack"}');
  });
  return socket;
}
