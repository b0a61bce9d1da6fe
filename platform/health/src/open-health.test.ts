import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Health, openHealth, type Readiness } from './open-health.ts';

let folder: string;
let socket: string;
let health: Health;
let ready: () => Readiness | Promise<Readiness>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cl-health-'));
  socket = join(folder, 'health.sock');
  ready = () => ({ ok: true, reasons: [] });
  health = await openHealth({ socket, ready: () => ready() });
});
afterEach(async () => {
  await health.close();
  rmSync(folder, { recursive: true, force: true });
});

function get(path: string, method = 'GET'): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: socket, path, method, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

it('says that the process lives', async () => {
  expect(await get('/healthz')).toEqual({ status: 200, body: '{"ok":true}' });
});

it('says whether it can work, and why not', async () => {
  expect(await get('/readyz?x=1')).toEqual({ status: 200, body: '{"ok":true,"reasons":[]}' });
  ready = async () => ({ ok: false, reasons: ['database', 'status-feed'] });
  expect(await get('/readyz')).toEqual({ status: 503, body: '{"ok":false,"reasons":["database","status-feed"]}' });
});

it('is not ready when the check itself fails, and tells nothing of its error', async () => {
  ready = () => Promise.reject(new Error('alice@acme.example'));
  expect(await get('/readyz')).toEqual({ status: 503, body: '{"ok":false,"reasons":["check-failed"]}' });
  ready = () => {
    throw new Error('alice@acme.example');
  };
  expect((await get('/readyz')).status).toBe(503);
});

it('serves the metrics of the process', async () => {
  health.metrics.counter('cloister_posts_total', 'Posts.').add(2);
  const { status, body } = await get('/metrics');
  expect(status).toBe(200);
  expect(body).toContain('cloister_posts_total 2\n');
  expect(body).toMatch(/^process_resident_memory_bytes \d+$/m);
  expect(body).toMatch(/^process_cpu_seconds_total \d/m);
});

it('knows no other path and takes no other method', async () => {
  expect((await get('/')).status).toBe(404);
  expect((await get('/healthz', 'POST')).status).toBe(405);
});
