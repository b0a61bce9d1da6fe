import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Patience } from '../domain/patience.ts';
import { numberOf, type Query } from './queries.ts';

/** Seconds (docs/wires.md §10, §14). */
const longestWait = 20;

/** How long a machine waits: as its query says, and while its connection lasts. */
export const patienceOf = (request: FastifyRequest<{ Querystring: Query }>, reply: FastifyReply): Patience => {
  const wait = Math.min(numberOf(request.query, 'wait') ?? 0, longestWait);
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return { enough: wait === 0 ? AbortSignal.abort() : AbortSignal.timeout(wait * 1000), gone: gone.signal };
};
