import { IncomingMessage } from 'node:http';
import { originOf } from '@cloister/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Provider } from 'oidc-provider';
import { mount } from '../broker/open-provider.ts';

/**
 * Hands a request to the OAuth server, which is a koa application of its own, with the body that fastify has read already and
 * the headers that fastify has set already. The address is checked first: the OAuth server builds links from it.
 */
export const forward = async (
  callback: ReturnType<Provider['callback']>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> => {
  originOf(request);
  const { raw } = request;
  const replay = Object.assign(new IncomingMessage(raw.socket), {
    method: raw.method,
    httpVersion: raw.httpVersion,
    httpVersionMajor: raw.httpVersionMajor,
    httpVersionMinor: raw.httpVersionMinor,
    headers: raw.headers,
    rawHeaders: raw.rawHeaders,
    // Connect's convention for a mounted application: the provider derives its own prefix from the two.
    originalUrl: raw.url,
    // An incomplete message takes its socket with it when it ends.
    complete: true,
    url: raw.url?.slice(mount.length) || '/',
  });
  if (typeof request.body === 'string') replay.push(request.body);
  replay.push(null);
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
  reply.hijack();
  await callback(replay, reply.raw);
};
