import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request that reached the core, with its body. */
export interface HeardRequest {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
}

export interface HostileCore {
  /** Changes what the core answers; by default nothing. */
  answer: (path: string, body: Buffer) => Buffer;
  readonly heard: HeardRequest[];
  close(): Promise<void>;
}

/** Stands in the core's place at its socket: passes everything on, notes it, and says what it likes to machines and people. */
export const hostileCore = async (socketPath: string): Promise<HostileCore> => {
  const real = `${socketPath}.real`;
  renameSync(socketPath, real);
  const open = new Set<Socket>();
  const core: HostileCore = {
    answer: (_, body) => body,
    heard: [],
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
      renameSync(real, socketPath);
    },
  };
  const pass = async (asked: IncomingMessage, body: Buffer, answering: ServerResponse): Promise<IncomingMessage> => {
    const { method = 'GET', url = '/', headers } = asked;
    const { 'transfer-encoding': _, ...kept } = headers;
    const length = body.length > 0 ? { 'content-length': body.length } : {};
    const passing = request({ socketPath: real, method, path: url, headers: { ...kept, ...length } });
    answering.once('close', () => passing.destroy());
    passing.end(body);
    const [answer] = (await once(passing, 'response')) as [IncomingMessage];
    return answer;
  };
  const server = createServer(async (asked, answering) => {
    try {
      const { method = 'GET', url = '/' } = asked;
      const body = await buffer(asked);
      core.heard.push({ method, path: url, body });
      const answer = await pass(asked, body, answering);
      const told = core.answer(url, await buffer(answer));
      const { 'transfer-encoding': _, 'content-length': __, ...headers } = answer.headers;
      answering.writeHead(answer.statusCode ?? 500, { ...headers, 'content-length': told.length }).end(told);
    } catch {
      answering.destroy();
    }
  });
  server.on('upgrade', (asked, socket, head) => {
    const to = connect(real);
    const lines = asked.rawHeaders.flatMap((name, at) =>
      at % 2 === 0 ? [`${name}: ${asked.rawHeaders[at + 1] ?? ''}`] : [],
    );
    to.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    to.write(head);
    socket.pipe(to).pipe(socket);
    for (const [one, other] of [
      [socket, to],
      [to, socket],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return core;
};
