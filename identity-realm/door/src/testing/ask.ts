import { type Agent, type ClientRequest, type IncomingHttpHeaders, request } from 'node:http';

export type Answer = { status: number; headers: IncomingHttpHeaders; rawHeaders: string[]; body: string };
export type Asked = {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
  agent?: Agent;
  localAddress?: string;
};

/** One request to the door, by host name, on a connection of its own unless an agent is given. */
export function ask(port: number, host: string, path: string, asked: Asked = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body, agent = false, localAddress } = asked;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        headers: { host, ...headers },
        agent,
        ...(localAddress === undefined ? {} : { localAddress }),
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            rawHeaders: response.rawHeaders,
            body: Buffer.concat(parts).toString(),
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The same, under way: the caller reads the answer as it comes, or goes away. */
export const beginAsking = (port: number, asked: Pick<Asked, 'method' | 'body'> = {}): ClientRequest =>
  request({
    host: '127.0.0.1',
    port,
    path: '/conversation',
    method: asked.method ?? 'GET',
    headers: { host: 'localhost' },
  }).end(asked.body);
