import type { Log } from '@cloister/logging';
import { CloisterError } from '@cloister/wire';
import pg, { type ClientConfig } from 'pg';

export type Listener = { stop(): Promise<void> };

const RETRY_MS = 200;

/**
 * Calls `wake` for every `NOTIFY` on `channel`, over a connection of its own that is opened again whenever it breaks.
 * Notifications may be lost while it is broken, so each (re)connection wakes too: treat a call as "look again".
 * Resolves once it listens.
 */
export async function listenFor(
  config: ClientConfig,
  channel: string,
  wake: (payload: string) => void,
  log?: Log,
): Promise<Listener> {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(channel)) {
    throw new CloisterError('platform/internal', { detail: 'a channel is named in lower-case letters, digits and _' });
  }
  const stopping = new AbortController();
  let current: pg.Client | undefined;
  const connected = Promise.withResolvers<void>();

  const once = async () => {
    const client = new pg.Client(config);
    current = client;
    const ended = new Promise<void>((resolve) => {
      client.once('end', resolve);
      client.once('error', () => resolve());
    });
    client.on('notification', ({ payload }) => wake(payload ?? ''));
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
      connected.resolve();
      wake('');
      await ended;
    } finally {
      // An error event after this one must not end the process.
      client.on('error', () => undefined);
      await client.end().catch(() => undefined);
    }
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      await once().catch((error: unknown) => log?.failure('database.listen-failed', error));
      if (!stopping.signal.aborted) await pause(RETRY_MS, stopping.signal);
    }
  };
  const running = loop();
  await connected.promise;
  return {
    stop: async () => {
      stopping.abort();
      await current?.end().catch(() => undefined);
      await running;
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
