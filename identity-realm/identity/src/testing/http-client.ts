import { request as send } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // The tests look into bodies of every shape; each expectation checks what it reads.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  json(): any;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Talks HTTP to a unix socket as the door would for one person's program, and keeps its cookies by path. */
export class HttpClient {
  readonly #socket: string;
  readonly origin: URL;
  address = '192.0.2.1';
  readonly cookies = new Map<string, { value: string; path: string }>();

  constructor(socket: string, origin: string) {
    this.#socket = socket;
    this.origin = new URL(origin);
  }

  ask(address: string, { method, headers = {}, json, form, body }: Ask = {}): Promise<Answer> {
    const url = new URL(address, this.origin);
    const content = body ?? (json === undefined ? form && String(new URLSearchParams(form)) : JSON.stringify(json));
    const type = json === undefined ? 'application/x-www-form-urlencoded' : 'application/json';
    const options = {
      socketPath: this.#socket,
      path: `${url.pathname}${url.search}`,
      method: method ?? (content === undefined ? 'GET' : 'POST'),
      headers: {
        host: this.origin.host,
        'x-forwarded-host': this.origin.host,
        'x-forwarded-proto': this.origin.protocol.slice(0, -1),
        'x-forwarded-for': this.address,
        ...(content === undefined
          ? {}
          : { 'content-type': type, 'content-length': String(Buffer.byteLength(content)) }),
        ...this.#cookieHeader(url.pathname),
        ...headers,
      },
    };
    return new Promise((resolve, reject) => {
      const sent = send(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          this.#keep(response.headers['set-cookie'] ?? []);
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: () => JSON.parse(text) });
        });
      });
      sent.on('error', reject);
      sent.end(content);
    });
  }

  #cookieHeader(path: string): { cookie?: string } {
    const matching = [...this.cookies].filter(([, cookie]) => path.startsWith(cookie.path));
    return matching.length === 0 ? {} : { cookie: matching.map(([name, { value }]) => `${name}=${value}`).join('; ') };
  }

  #keep(lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split('; ');
      const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, { value, path });
    }
  }
}
