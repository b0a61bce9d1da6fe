import { Agent, request } from 'node:http';

/** A keep-alive http client on a server's own unix socket, as the door would call it. */
export class SocketHttp {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #socketPath: string;
  readonly #headers: Record<string, string>;

  constructor(socketPath: string, origin: string) {
    this.#socketPath = socketPath;
    const { host, protocol } = new URL(origin);
    this.#headers = { host, 'x-forwarded-host': host, 'x-forwarded-proto': protocol.replace(':', '') };
  }

  /** Sends JSON and returns the parsed answer; throws on a status of 400 or more. */
  json(method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<unknown> {
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    return new Promise((resolve, reject) => {
      const asking = request(
        {
          socketPath: this.#socketPath,
          agent: this.#agent,
          method,
          path,
          headers: {
            ...this.#headers,
            ...headers,
            ...(bytes === undefined ? {} : { 'content-type': 'application/json', 'content-length': bytes.length }),
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk) => chunks.push(chunk));
          answer.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            if ((answer.statusCode ?? 500) >= 400)
              reject(new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 300)}`));
            else resolve(text === '' ? null : JSON.parse(text));
          });
        },
      );
      asking.on('error', reject);
      asking.end(bytes);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
