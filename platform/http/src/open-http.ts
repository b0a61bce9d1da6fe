import type { Log } from '@cloister/logging';
import { listenOnSocket } from '@cloister/unix-socket';
import { CloisterError, problemMediaType, toProblem } from '@cloister/wire';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { asCloisterError } from './as-cloister-error.ts';
import { allowOrigins } from './cors.ts';
import { serveOrigins } from './origin-of.ts';
import { readJsonBodies } from './read-json-bodies.ts';
import { refuseBrokenRequests } from './refuse-broken-requests.ts';
import { newTrackingId } from './tracking-id.ts';

/** A body of another shape than RFC 9457's, where the published protocol prescribes one. */
export type ProblemShape = { body: unknown; contentType?: string; headers?: Readonly<Record<string, string>> };

export type HttpOptions = {
  /** The unix socket to listen on. */
  socket: string;
  /** The origins this server is reached at; see `originOf`. */
  origins: readonly string[];
  /** The apps' origins, which browsers may call from. */
  appOrigins?: readonly string[];
  log: Log;
  /** Largest parsed body in bytes; 1 MiB unless told. Routes that stream set their own. */
  bodyLimit?: number;
  /** Longest a request may take to arrive, body included; 5 minutes unless told. */
  requestTimeoutMs?: number;
  /** Longest `close` waits for requests in flight; 10 s unless told. */
  closeTimeoutMs?: number;
  /** Replaces the problem document of an error where a published shape is due; null keeps it. */
  shape?: (error: CloisterError, request: FastifyRequest) => ProblemShape | null;
};

export type HttpServer = {
  readonly app: FastifyInstance;
  /** @throws CloisterError `platform/socket` */
  listen(): Promise<void>;
  /** Takes no more requests, finishes those in flight, then ends. Upgraded sockets are their owner's to end. */
  close(): Promise<void>;
};

/** A fastify instance with everything every server answers alike; add routes to `app`, then `listen()`. */
export function openHttp(options: HttpOptions): HttpServer {
  const app = fastify({
    logger: false,
    bodyLimit: options.bodyLimit ?? 1024 * 1024,
    genReqId: newTrackingId,
    requestTimeout: options.requestTimeoutMs ?? 300_000,
    // Longer than the door keeps an idle connection, so that it is always the door that closes first.
    keepAliveTimeout: 65_000,
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 256, caseSensitive: true },
    http: { maxHeaderSize: 16 * 1024, headersTimeout: 20_000, insecureHTTPParser: false },
    clientErrorHandler: refuseBrokenRequests,
  });
  serveOrigins(app, options.origins);
  readJsonBodies(app);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('trackingid', request.id);
  });
  if (options.appOrigins !== undefined) allowOrigins(app, options.appOrigins);
  app.addHook('onResponse', async (request, reply) => {
    // A stopping server leaves a kept connection open after its last answer, unless told; the door keeps all of its.
    if (!app.server.listening) setImmediate(() => app.server.closeIdleConnections());
    options.log.event('http.request', {
      method: request.method,
      // The pattern, not the address: paths carry upload capabilities and queries carry anything.
      route: request.routeOptions.url ?? '/unknown',
      status: reply.statusCode,
      durationMs: reply.elapsedTime,
      trackingId: request.id,
    });
  });
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, options));
  app.setNotFoundHandler((request, reply) =>
    sendError(new CloisterError('platform/not-found'), request, reply, options),
  );
  return { app, listen: () => listen(app, options.socket), close: () => close(app, options.closeTimeoutMs ?? 10_000) };
}

function sendError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { log, shape }: HttpOptions,
): FastifyReply {
  const error = asCloisterError(thrown);
  if (error.status >= 500) log.failure('http.failed', error.cause ?? error, { trackingId: request.id });
  reply.code(error.status);
  reply.header('cache-control', 'no-store');
  // Fastify would close on a body that nobody reads, and the answer could be lost in the reset: what is left of it is read and
  // dropped while the connection stands (RFC 9112 §9.6), no longer than any request may take.
  if (error.status === 413) reply.removeHeader('connection');
  if (error.status === 503 && !reply.hasHeader('retry-after')) reply.header('retry-after', '1');
  const shaped = shape?.(error, request) ?? { body: toProblem(error), contentType: problemMediaType };
  if (shaped.headers !== undefined) reply.headers(shaped.headers);
  return reply
    .type(shaped.contentType ?? 'application/json; charset=utf-8')
    .send(Buffer.from(JSON.stringify(shaped.body)));
}

async function listen(app: FastifyInstance, socket: string): Promise<void> {
  await app.ready();
  await listenOnSocket(app.server, socket);
}

async function close(app: FastifyInstance, limitMs: number): Promise<void> {
  const deadline = setTimeout(() => app.server.closeAllConnections(), limitMs);
  try {
    await app.close();
  } finally {
    clearTimeout(deadline);
  }
}
