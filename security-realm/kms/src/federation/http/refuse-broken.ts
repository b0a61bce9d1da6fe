import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloisterError, type ErrorCode, problemMediaType, toProblem } from '@cloister/wire';

/** What is no HTTP request, or takes too long to become one: a problem document, of which nothing repeats what came. */
export const refuseBroken = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') refuse(socket, 'platform/timeout', 408);
  else if (error.code === 'HPE_HEADER_OVERFLOW') refuse(socket, 'platform/too-large', 431);
  else refuse(socket, 'platform/invalid-request', 400);
};

/** How long the connection has to take the reason. */
const LINGER_MS = 5_000;

const refuse = (socket: Duplex, code: ErrorCode, status: number): void => {
  const body = JSON.stringify({ ...toProblem(new CloisterError(code)), status });
  const late = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(late));
  socket.resume();
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${problemMediaType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
};
