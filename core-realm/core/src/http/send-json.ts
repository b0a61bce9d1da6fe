import type { FastifyReply } from 'fastify';

/** Sends JSON text as it is, so that what clients sealed is not parsed and written again. */
export const sendJson = (reply: FastifyReply, text: string): FastifyReply =>
  reply.header('content-type', 'application/json; charset=utf-8').send(text);
