import { CloisterError } from '@cloister/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const served = new WeakMap<object, ReadonlySet<string>>();

/** Notes which origins a server answers at; every request finds them through its raw server. */
export function serveOrigins(app: FastifyInstance, origins: readonly string[]): void {
  served.set(app.server, new Set(origins));
}

/**
 * The origin a request came to, such as `https://localhost:8444`, for building links in answers.
 * The door sets both headers and removes a client's own; what is not on the allow-list is refused all the same.
 * @throws CloisterError `platform/unknown-origin` (400)
 */
export function originOf(request: FastifyRequest): string {
  const host = request.headers['x-forwarded-host'];
  const protocol = request.headers['x-forwarded-proto'];
  const origin = `${String(protocol)}://${String(host).toLowerCase()}`;
  if (served.get(request.server.server)?.has(origin) !== true) throw new CloisterError('platform/unknown-origin');
  return origin;
}
