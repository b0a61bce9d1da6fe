import http from 'node:http';
import https from 'node:https';
import { CloisterError } from '@cloister/wire';
import { lookupLoopback } from './lookup-loopback.ts';

/** One request with a realm token. */
export type Asked = {
  readonly path: string;
  readonly token: string;
  readonly signal: AbortSignal;
  /** Asks with POST. */
  readonly body?: object;
};

/** Signed statements of identity, as text. */
export type IdentityFetch = {
  /** @throws CloisterError `platform/unavailable`, or the system's error when the server cannot be reached */
  ask(asked: Asked): Promise<string>;
  close(): void;
};

/** Where identity is. */
export type IdentityAddress = {
  /** Its origin, such as `https://id.localhost:8444`. */
  readonly origin: string;
  /** PEM of the root that signed its certificate, with an https origin. */
  readonly root?: string | Buffer;
};

/** What the connection is for. */
type Connection = {
  /** After this long without a byte it is dead. */
  readonly silenceMs: number;
  /** For request after request; else each has a connection of its own. */
  readonly keepAlive: boolean;
};

const LARGEST = 4 * 1024 * 1024;

/**
 * One connection to identity at a time, for requests with a realm token.
 * @throws CloisterError `config/invalid` when the origin is neither https nor a loopback name
 */
export function identityFetch({ origin, root }: IdentityAddress, { silenceMs, keepAlive }: Connection): IdentityFetch {
  const base = URL.parse(origin);
  if (base === null || !isSafe(base)) {
    throw new CloisterError('config/invalid', { detail: 'identity needs an https origin, or http on loopback' });
  }
  const agentOptions = { keepAlive, maxSockets: 1 };
  const secure = base.protocol === 'https:';
  const agent = secure
    ? new https.Agent({ ...agentOptions, ...(root === undefined ? {} : { ca: root }), minVersion: 'TLSv1.2' })
    : new http.Agent(agentOptions);
  const request = secure ? https.request : http.request;
  return {
    close: () => agent.destroy(),
    ask: ({ path, token, signal, body }) =>
      new Promise((resolve, reject) => {
        const content = body === undefined ? undefined : JSON.stringify(body);
        const options = {
          agent,
          signal,
          method: content === undefined ? 'GET' : 'POST',
          timeout: silenceMs,
          headers: {
            authorization: `Bearer ${token}`,
            accept: 'application/jose',
            ...(content === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
          },
          ...(isLoopbackName(base.hostname) ? { lookup: lookupLoopback } : {}),
        };
        const sent = request(new URL(path, base), options, (response) => {
          collect(response).then(
            (text) =>
              response.statusCode === 200
                ? resolve(text)
                : reject(new CloisterError('platform/unavailable', { detail: `status ${response.statusCode}` })),
            reject,
          );
        });
        sent.on('timeout', () => sent.destroy(new CloisterError('platform/unavailable', { detail: 'no answer' })));
        sent.on('error', reject);
        sent.end(content);
      }),
  };
}

async function collect(response: http.IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response) {
    size += (part as Buffer).length;
    if (size > LARGEST) {
      response.destroy();
      throw new CloisterError('platform/unavailable', { detail: 'an answer that is too large' });
    }
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}

function isSafe({ protocol, hostname }: URL): boolean {
  return (
    protocol === 'https:' ||
    (protocol === 'http:' && (isLoopbackName(hostname) || /^(127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)))
  );
}

function isLoopbackName(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost');
}
