/**
 * HTTP for every server behind the door: fastify with problem documents, allow-listed origins, CORS, limits, a unix socket.
 * Never writes a URL, header or body anywhere: its log holds methods, route patterns and status codes.
 * @see docs/wires.md §1; RFC 9457
 */
export { type HttpOptions, type HttpServer, openHttp, type ProblemShape } from './open-http.ts';
export { originOf } from './origin-of.ts';
export { trackingIdOf } from './tracking-id.ts';
