import type { IncomingMessage } from 'node:http';
import { CloisterError } from '@cloister/wire';

/** A request's host as sent (for links), its host name (for routing) and its path without the query. */
export type Target = { readonly authority: string; readonly host: string; readonly path: string };

const AUTHORITY = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/;

/**
 * Reads where a request wants to go.
 * A server "MUST respond with a 400 … to any request message that … contains more than one Host header field line or a Host
 * header field with an invalid field value" (RFC 9112 §3.2). Dot segments, backslashes and absolute forms are refused too:
 * whoever routes by path and whoever serves it must read the same path.
 * @throws CloisterError `platform/invalid-request`
 */
export function readTarget(request: IncomingMessage): Target {
  const hosts = request.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  const authority = request.headers.host?.toLowerCase() ?? '';
  const path = request.url?.split(/[?#]/, 1)[0] ?? '';
  if (hosts.length !== 1 || !AUTHORITY.test(authority) || !isPlain(path)) {
    throw new CloisterError('platform/invalid-request');
  }
  return { authority, host: authority.replace(/:\d+$/, ''), path };
}

function isPlain(path: string): boolean {
  return (
    path.startsWith('/') &&
    !path.includes('\\') &&
    !/\/(?:\.|%2e){1,2}(?:\/|$)/i.test(path) &&
    !/%2f|%5c|%00/i.test(path)
  );
}
