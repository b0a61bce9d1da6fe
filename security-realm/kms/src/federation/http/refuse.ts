import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloisterError, problemMediaType, toProblem } from '@cloister/wire';

/** How long a connection that was refused has to take the reason. */
const LINGER_MS = 5_000;

/** Answers with a problem document by hand, where there is no request to answer, and ends the connection. */
export const refuse = (socket: Duplex, error: CloisterError, status: number): void => {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ ...toProblem(error), status });
  const late = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(late));
  socket.resume();
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${problemMediaType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
};

/** What is no HTTP request, or takes too long to become one. Nothing of it is repeated. */
export const refuseBroken = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  if (error.code === 'ECONNRESET') socket.destroy();
  else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') refuse(socket, new CloisterError('platform/timeout'), 408);
  else if (error.code === 'HPE_HEADER_OVERFLOW') refuse(socket, new CloisterError('platform/too-large'), 431);
  else refuse(socket, new CloisterError('platform/invalid-request'), 400);
};
