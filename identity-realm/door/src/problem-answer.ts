import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloisterError, type ErrorCode, problemMediaType, toProblem } from '@cloister/wire';

/** The door's own answers are problem documents (RFC 9457) that repeat nothing of the request. */
function answerOf(code: ErrorCode): { status: number; headers: Record<string, string>; body: string } {
  const problem = toProblem(new CloisterError(code));
  const body = JSON.stringify(problem);
  return {
    status: problem.status,
    headers: {
      'content-type': problemMediaType,
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
      ...(problem.status === 503 || problem.status === 502 ? { 'retry-after': '1' } : {}),
    },
    body,
  };
}

/** Answers a request whose response has not begun; `close` when its body was not read to the end. */
export function sendProblem(response: ServerResponse, code: ErrorCode, { close }: { close: boolean }): void {
  const { status, headers, body } = answerOf(code);
  response.writeHead(status, { ...headers, ...(close ? { connection: 'close' } : {}) }).end(body);
}

/** The same on a bare socket: for upgrades and for what is no HTTP request. */
export function endWithProblem(socket: Duplex, code: ErrorCode): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status, headers, body } = answerOf(code);
  const lines = Object.entries({ ...headers, connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}
