import { request as askUpstream, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloisterError } from '@cloister/wire';
import type { Context } from './context.ts';
import { type Origin, requestHeaders, responseHeaders } from './forwarded-headers.ts';
import { endWithProblem } from './problem-answer.ts';
import { readTarget } from './read-target.ts';
import type { Route } from './route-table.ts';
import { upstreamFault } from './upstream-fault.ts';

/** Whether a request asks for a websocket; any other upgrade is served as if it were not asked for (RFC 9110 §7.8). */
export function isWebsocketRequest(request: IncomingMessage): boolean {
  return request.method === 'GET' && request.headers.upgrade?.toLowerCase() === 'websocket';
}

/** Carries a websocket to its upstream: the handshake, then bytes both ways until either side ends. */
export function carryUpgrade(
  context: Context,
  protocol: Origin['protocol'],
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  // Errors of a client's socket end it, nothing else.
  socket.on('error', () => socket.destroy());
  try {
    const { authority, host, path } = readTarget(request);
    const route = context.routes(host, path);
    if (route === null) throw new CloisterError('platform/not-found');
    // A websocket's handshake has no body; one that claims a body would hide its bytes in the stream (RFC 6455 §4.1).
    if (request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0) {
      throw new CloisterError('platform/invalid-request');
    }
    handshake(context, route, { authority, protocol }, request, socket, head);
  } catch (error) {
    endWithProblem(socket, error instanceof CloisterError ? error.code : 'platform/internal');
  }
}

function handshake(
  context: Context,
  route: Route,
  origin: Origin,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const { limits, log, metrics } = context;
  const upstream = askUpstream({
    socketPath: route.socket,
    agent: false,
    path: request.url ?? '/',
    headers: [...requestHeaders(request, origin, route), 'connection', 'upgrade', 'upgrade', 'websocket'],
    setHost: false,
    timeout: limits.answerTimeoutMs,
  });
  const abandon = () => upstream.destroy();
  socket.once('close', abandon);
  upstream.once('timeout', () => upstream.destroy(new CloisterError('platform/unavailable')));
  upstream.once('error', (error) => {
    if (socket.destroyed) return;
    metrics.failures.add(1, { route: route.path, code: upstreamFault(error) });
    log.failure('door.upstream-failed', error, { route: route.path });
    endWithProblem(socket, upstreamFault(error));
  });
  upstream.once('response', (answer) => {
    // Refused with an ordinary answer; it ends with the connection.
    socket.write(headOf(answer, [...responseHeaders(answer), 'connection', 'close']));
    answer.pipe(socket);
  });
  upstream.once('upgrade', (answer, other, otherHead) => {
    socket.off('close', abandon);
    metrics.websockets.add(1);
    socket.once('close', () => metrics.websockets.add(-1));
    socket.write(headOf(answer, [...responseHeaders(answer), 'connection', 'upgrade', 'upgrade', 'websocket']));
    join(socket, head, other, otherHead);
  });
  upstream.end();
}

function headOf(answer: IncomingMessage, headers: readonly string[]): string {
  const status = answer.statusCode ?? 502;
  const lines: string[] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`;
}

/** Bytes both ways; a slow reader slows the writer, and the end of one is the end of both. */
function join(client: Duplex, clientHead: Buffer, upstream: Duplex, upstreamHead: Buffer): void {
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    if ('setTimeout' in one && typeof one.setTimeout === 'function') one.setTimeout(0);
    one.on('error', () => one.destroy());
    one.once('close', () => other.destroy());
  }
  if (clientHead.length > 0) client.unshift(clientHead);
  if (upstreamHead.length > 0) upstream.unshift(upstreamHead);
  client.pipe(upstream);
  upstream.pipe(client);
}
