import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AppContext, answer, refusal } from '../domain/answer.ts';
import { securityHeaders } from '../domain/security-headers.ts';
import { siteOf } from '../domain/site-of.ts';

/** Answers one request from memory. */
export function serve(context: AppContext, request: IncomingMessage, response: ServerResponse): void {
  const site = siteOf(request.headers, context.config.sites);
  const method = request.method ?? '';
  const { status, headers, body } =
    site === undefined
      ? refusal(400, 'This server is not reached under that name.')
      : answer(context, site, {
          method,
          target: request.url ?? '',
          acceptEncoding: request.headers['accept-encoding']?.toString(),
          ifNoneMatch: request.headers['if-none-match'],
        });
  response.writeHead(status, {
    ...headers,
    ...(site === undefined ? { 'x-content-type-options': 'nosniff' } : securityHeaders(site)),
    ...(status === 304 ? {} : { 'content-length': String(body.length) }),
  });
  response.end(method === 'HEAD' ? undefined : body);
}
