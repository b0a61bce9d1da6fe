import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnSocket } from '@cloister/unix-socket';
import { Metrics } from './metrics.ts';

/** Whether the server can work; `reasons` are codes such as `database`, never sentences. */
export type Readiness = { ok: boolean; reasons: readonly string[] };

export type HealthOptions = {
  socket: string;
  ready: () => Readiness | Promise<Readiness>;
  metrics?: Metrics;
};

export type Health = { readonly metrics: Metrics; close(): Promise<void> };

/** A readiness check that takes longer than this counts as not ready. */
const READY_LIMIT_MS = 5000;

/**
 * Serves `/healthz` (the process lives), `/readyz` (200 or 503 with reasons) and `/metrics` on a unix socket.
 * @throws CloisterError `platform/socket`
 */
export async function openHealth({ socket, ready, metrics = new Metrics() }: HealthOptions): Promise<Health> {
  const server = createServer({ maxHeaderSize: 8192, requestTimeout: 10_000 }, (request, response) => {
    answer(request, response, ready, metrics).catch(() => response.destroy());
  });
  await listenOnSocket(server, socket);
  return {
    metrics,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  ready: HealthOptions['ready'],
  metrics: Metrics,
): Promise<void> {
  const path = request.url?.split('?')[0];
  if (request.method !== 'GET' && request.method !== 'HEAD') return json(response, 405, { ok: false });
  if (path === '/healthz') return json(response, 200, { ok: true });
  if (path === '/readyz') {
    const state = await settled(ready);
    return json(response, state.ok ? 200 : 503, state);
  }
  if (path === '/metrics') {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(metrics.render());
    return;
  }
  json(response, 404, { ok: false });
}

async function settled(ready: HealthOptions['ready']): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Readiness>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, reasons: ['timeout'] }), READY_LIMIT_MS);
  });
  try {
    return await Promise.race([ready(), late]);
  } catch {
    return { ok: false, reasons: ['check-failed'] };
  } finally {
    clearTimeout(timer);
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}
