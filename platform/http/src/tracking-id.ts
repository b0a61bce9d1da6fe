import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';

/** Printable, no separators that a log or header could trip over; published clients send `<name>_<uuid>_<n>`. */
const SHAPE = /^[A-Za-z0-9_.:-]{1,128}$/;

/** The client's tracking id when it is well-formed, else one of our own. */
export function newTrackingId(request: IncomingMessage): string {
  const sent = request.headers.trackingid;
  return typeof sent === 'string' && SHAPE.test(sent) ? sent : `CLOISTER_${randomUUID()}`;
}

/** The tracking id under which a request is answered and logged. */
export function trackingIdOf(request: FastifyRequest): string {
  return request.id;
}
