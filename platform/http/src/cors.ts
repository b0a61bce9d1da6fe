import type { FastifyInstance } from 'fastify';

/** docs/wires.md §1: what the apps' origins may send and read. */
const METHODS = 'GET, POST, PUT, DELETE';
const HEADERS =
  'authorization, content-type, accept, trackingid, spark-user-agent, cisco-no-http-redirect, cisco-device-url, x-trans-id, dpop';
const EXPOSED = 'trackingid, cisco-location';

/**
 * Answers preflights and marks answers for allowed origins. No credentials: tokens travel in a header, never in a cookie.
 * @see {@link https://fetch.spec.whatwg.org/#http-cors-protocol Fetch, CORS protocol}
 */
export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  const allowed = new Set(origins);
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    if (origin === undefined) return;
    reply.header('vary', 'origin');
    const preflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    if (allowed.has(origin)) {
      reply.header('access-control-allow-origin', origin);
      if (preflight) {
        reply.header('access-control-allow-methods', METHODS);
        reply.header('access-control-allow-headers', HEADERS);
        reply.header('access-control-max-age', '600');
      } else {
        reply.header('access-control-expose-headers', EXPOSED);
      }
    }
    if (preflight) return reply.code(204).send();
  });
}
