import type { FastifyRequest } from 'fastify';

/** Where a request came from: the door names the peer; on a unix socket nobody else can. */
export const addressOf = (request: FastifyRequest): string => {
  const forwarded = request.headers['x-forwarded-for'];
  return (typeof forwarded === 'string' ? forwarded : '').split(',').at(-1)?.trim() ?? '';
};
