import { request as askUpstream, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { CloisterError } from '@cloister/wire';
import type { Context } from './context.ts';
import { type Origin, requestHeaders, responseHeaders } from './forwarded-headers.ts';
import { sendProblem } from './problem-answer.ts';
import { readTarget } from './read-target.ts';
import type { Route } from './route-table.ts';
import { upstreamFault } from './upstream-fault.ts';

/** Carries one request to the upstream that its host and path name, and the answer back, streaming both ways. */
export function carryRequest(
  context: Context,
  protocol: Origin['protocol'],
  request: IncomingMessage,
  response: ServerResponse,
): void {
  try {
    const { authority, host, path } = readTarget(request);
    const route = context.routes(host, path);
    if (route === null) throw new CloisterError('platform/not-found');
    forward(context, route, { authority, protocol }, request, response, true);
  } catch (error) {
    context.metrics.requests.add(1, { route: 'none', status: 'refused' });
    sendProblem(response, error instanceof CloisterError ? error.code : 'platform/internal', { close: true });
  }
}

function forward(
  context: Context,
  route: Route,
  origin: Origin,
  request: IncomingMessage,
  response: ServerResponse,
  mayRepeat: boolean,
): void {
  const { upstreams, limits, metrics } = context;
  const upstream = askUpstream({
    socketPath: route.socket,
    agent: upstreams.agentFor(route.socket),
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: requestHeaders(request, origin, route),
    setHost: false,
    timeout: limits.answerTimeoutMs,
  });
  const abandon = () => {
    upstream.destroy();
    // It was answered before all of it was read, as what is too large: the rest is dropped, and the next request is heard.
    request.unpipe(upstream);
    request.resume();
  };
  // The client has its answer, or went away: nobody waits any more.
  response.once('close', abandon);

  upstream.once('response', (answer) => {
    metrics.requests.add(1, { route: route.path, status: String(answer.statusCode) });
    // From here on the client's connection has the clock: a slow reader makes the upstream pause, which is no fault of it.
    upstream.setTimeout(0);
    response.writeHead(answer.statusCode ?? 502, responseHeaders(answer));
    answer.pipe(response);
    // Cut off in the middle: the client must see a broken answer, never a short one that looks whole.
    answer.on('error', () => response.destroy());
    answer.once('close', () => {
      if (!answer.complete) response.destroy();
    });
  });
  upstream.once('timeout', () => upstream.destroy(new CloisterError('platform/unavailable')));
  upstream.on('error', (error) => {
    response.off('close', abandon);
    request.unpipe(upstream);
    if (response.destroyed) return;
    if (mayRepeat && isStale(upstream, error) && isRepeatable(request) && !response.headersSent) {
      forward(context, route, origin, request, response, false);
      return;
    }
    fail(context, route, error, request, response);
  });
  request.pipe(upstream);
}

/** A kept-alive connection that the upstream closed, as when it was restarted, before this request reached it. */
function isStale(upstream: ClientRequest, error: NodeJS.ErrnoException): boolean {
  return upstream.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

/** Whether sending it twice does no harm (RFC 9110 §9.2.2), and there is no body that was read already. */
function isRepeatable({ method, headers }: IncomingMessage): boolean {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return (method === 'GET' || method === 'HEAD') && !hasBody;
}

function fail(
  { log, metrics }: Context,
  route: Route,
  error: Error,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const code = upstreamFault(error);
  metrics.failures.add(1, { route: route.path, code });
  log.failure('door.upstream-failed', error, { route: route.path });
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // What is left of the body is read and dropped, so that the client sees the answer and not a reset.
  request.resume();
  sendProblem(response, code, { close: !request.complete });
}
