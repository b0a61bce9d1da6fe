import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Metrics } from '@cloister/health';
import { CloisterError } from '@cloister/wire';
import { carryRequest } from './carry-request.ts';
import { carryUpgrade } from './carry-upgrade.ts';
import type { DoorConfig } from './config.ts';
import type { Context, Surroundings } from './context.ts';
import { doorMetrics } from './door-metrics.ts';
import { type Listener, listenersOf } from './listeners.ts';
import { endWithProblem } from './problem-answer.ts';
import { routeTable } from './route-table.ts';
import { Upstreams } from './upstreams.ts';

export type Door = {
  /** The ports in use, for a configuration that leaves the choice to the system (port 0). */
  readonly ports: { readonly http?: number; readonly https?: number };
  /** Takes no more connections, finishes requests in flight, ends websockets, then everything. */
  close(): Promise<void>;
};

/**
 * Opens the door: listens as configured and carries requests until `close`.
 * @throws CloisterError `config/…`, `platform/socket`
 */
export async function openDoor(
  config: Omit<DoorConfig, 'health'>,
  { log, metrics = new Metrics() }: Surroundings,
): Promise<Door> {
  const upstreams = new Upstreams();
  const context: Context = {
    routes: routeTable(config.routes),
    upstreams,
    limits: config.limits,
    log,
    metrics: doorMetrics(metrics),
  };
  const listeners = listenersOf(config);
  const websockets = new Set<Duplex>();
  for (const listener of listeners) serve(context, listener, websockets);
  const opened: Listener[] = [];
  try {
    for (const listener of listeners) {
      await listen(listener);
      opened.push(listener);
    }
  } catch (error) {
    for (const { server } of opened) server.close();
    throw error;
  }
  const ports = Object.fromEntries(
    listeners.map(({ protocol, server }) => [protocol, (server.address() as AddressInfo).port]),
  );
  return {
    ports,
    close: async () => {
      const closed = listeners.map(({ server }) => closing(server, websockets, config.limits.stopTimeoutMs));
      for (const socket of websockets) socket.end();
      await Promise.all(closed);
      upstreams.close();
    },
  };
}

function serve(context: Context, { protocol, server }: Listener, websockets: Set<Duplex>): void {
  server.on('request', (request, response) => {
    // A stopping server leaves a kept connection open after its last answer, unless told.
    response.once('close', () => {
      if (!server.listening) server.closeIdleConnections();
    });
    carryRequest(context, protocol, request, response);
  });
  server.on('upgrade', (request, socket: Duplex, head) => {
    websockets.add(socket);
    socket.once('close', () => websockets.delete(socket));
    carryUpgrade(context, protocol, request, socket, head);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET') socket.destroy();
    else if (error.code === 'HPE_HEADER_OVERFLOW') endWithProblem(socket, 'platform/too-large');
    else
      endWithProblem(
        socket,
        error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'platform/timeout' : 'platform/invalid-request',
      );
  });
}

function listen({ server, protocol, address, port }: Listener): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new CloisterError('platform/socket', {
          detail: `cannot listen for ${protocol} on ${address} port ${port} (${error.code ?? 'unknown'}); choose another port or stop what uses it`,
        }),
      ),
    );
    server.listen(port, address, resolve);
  });
}

async function closing(server: Listener['server'], websockets: Set<Duplex>, limitMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const deadline = setTimeout(() => {
    for (const socket of websockets) socket.destroy();
    server.closeAllConnections();
  }, limitMs);
  await closed;
  clearTimeout(deadline);
}
