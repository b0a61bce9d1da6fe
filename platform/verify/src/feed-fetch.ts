import http from 'node:http';
import https from 'node:https';
import { CloisterError } from '@cloister/wire';
import { lookupLoopback } from './lookup-loopback.ts';

/** Answers of the feed's one resource. */
export type Fetch = {
  /** @throws CloisterError `platform/unavailable`, or the system's error when the server cannot be reached */
  get(path: string, token: string, signal: AbortSignal): Promise<string>;
  close(): void;
};

/** The long poll waits up to 20 s; after this long without a byte the connection is dead. */
const SILENCE_MS = 30_000;
const LARGEST = 4 * 1024 * 1024;

/**
 * One kept-alive connection to identity, for requests with a realm token.
 * @throws CloisterError `config/invalid` when the origin is neither https nor a loopback name
 */
export function feedFetch(origin: string, root: string | Buffer | undefined): Fetch {
  const base = URL.parse(origin);
  if (base === null || !isSafe(base)) {
    throw new CloisterError('config/invalid', { detail: 'the status feed needs an https origin, or http on loopback' });
  }
  const agentOptions = { keepAlive: true, maxSockets: 1 };
  const secure = base.protocol === 'https:';
  const agent = secure
    ? new https.Agent({ ...agentOptions, ...(root === undefined ? {} : { ca: root }), minVersion: 'TLSv1.2' })
    : new http.Agent(agentOptions);
  const request = secure ? https.request : http.request;
  return {
    close: () => agent.destroy(),
    get: (path, token, signal) =>
      new Promise((resolve, reject) => {
        const options = {
          agent,
          signal,
          timeout: SILENCE_MS,
          headers: { authorization: `Bearer ${token}`, accept: 'application/jose' },
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
        sent.end();
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
