import type { Socket } from 'node:net';
import { CloisterError, problemMediaType, toProblem } from '@cloister/wire';

/** Answers what is no HTTP request with a problem document and closes; nothing of the request is repeated. */
export function refuseBrokenRequests(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const large = error.code === 'HPE_HEADER_OVERFLOW';
  const problem = toProblem(
    new CloisterError(late ? 'platform/timeout' : large ? 'platform/too-large' : 'platform/invalid-request'),
  );
  const body = JSON.stringify(problem);
  const status = large ? '431 Request Header Fields Too Large' : late ? '408 Request Timeout' : '400 Bad Request';
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: ${problemMediaType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
