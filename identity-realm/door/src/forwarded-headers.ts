import type { IncomingMessage } from 'node:http';
import type { Route } from './route-table.ts';

/** What concerns one connection only (RFC 9110 §7.6.1), and `expect`, which the door has answered itself. */
const HOP_BY_HOP = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** `connection: content-length` must not take the framing away from a body (request smuggling). */
const NEVER_NOMINATED = new Set(['content-length', 'host', 'authorization']);

export type Origin = { readonly authority: string; readonly protocol: 'http' | 'https' };

/** The headers for the upstream, as a flat list in their order: the client's without hop-by-hop and forwarding ones, and ours. */
export function requestHeaders(request: IncomingMessage, origin: Origin, route: Route): string[] {
  const headers = endToEnd(
    request,
    (name) => name !== 'forwarded' && !name.startsWith('x-forwarded-') && name !== 'x-real-ip',
  );
  headers.push('x-forwarded-host', origin.authority, 'x-forwarded-proto', origin.protocol);
  if (route.clientAddress) headers.push('x-forwarded-for', request.socket.remoteAddress ?? '');
  // Node frames a body of its own accord for some methods only; without this a DELETE's chunks would go out bare.
  if (request.headers['transfer-encoding'] !== undefined) headers.push('transfer-encoding', 'chunked');
  return headers;
}

/** An upstream's headers for the client. */
export function responseHeaders(response: IncomingMessage): string[] {
  return endToEnd(response, () => true);
}

function endToEnd(message: IncomingMessage, wanted: (name: string) => boolean): string[] {
  const nominated = new Set(
    (message.headers.connection ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => !NEVER_NOMINATED.has(name)),
  );
  const headers: string[] = [];
  for (let at = 0; at + 1 < message.rawHeaders.length; at += 2) {
    const name = message.rawHeaders[at] ?? '';
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || nominated.has(lower) || !wanted(lower)) continue;
    headers.push(name, message.rawHeaders[at + 1] ?? '');
  }
  return headers;
}
