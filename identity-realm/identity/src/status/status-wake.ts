import type { Database } from '@cloister/database';
import type { Log } from '@cloister/logging';
import { statusChannel } from '../store/status-log.ts';

/** Wakes readers that wait for the log to grow, whichever process made it grow. */
export interface StatusWake {
  /** How many readers wait. */
  readonly waiting: number;
  /** Nobody is held any longer. */
  readonly closed: boolean;
  /** Resolves at the next growth, after `ms`, or when the signal aborts. Ask before reading, so that nothing falls between. */
  next(ms: number, signal: AbortSignal): Promise<void>;
  /** Wakes everybody, for good. */
  close(): Promise<void>;
}

/** Listens on a connection of its own; when that breaks it takes another and wakes everybody, since it may have missed one. */
export const openStatusWake = (database: Database, log: Log): StatusWake => {
  const closing = new AbortController();
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  const listen = async (client: Parameters<Parameters<Database['withClient']>[0]>[0]): Promise<void> => {
    const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
    const stop = () => resolve();
    client.on('notification', wake);
    client.on('error', reject);
    client.on('end', stop);
    closing.signal.addEventListener('abort', stop);
    try {
      await client.query(`LISTEN ${statusChannel}`);
      wake();
      if (!closing.signal.aborted) await ended;
      await client.query('UNLISTEN *');
    } finally {
      client.off('notification', wake);
      client.off('error', reject);
      client.off('end', stop);
      closing.signal.removeEventListener('abort', stop);
    }
  };

  const follow = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      try {
        await database.withClient(listen);
      } catch (error) {
        log.failure('status.listen-failed', error);
        await settle((resolve) => setTimeout(resolve, 500), closing.signal);
      }
      wake();
    }
  };

  const loop = follow();
  return {
    get waiting() {
      return waiting.size;
    },
    get closed() {
      return closing.signal.aborted;
    },
    next: (ms, signal) => {
      if (closing.signal.aborted) return Promise.resolve();
      return settle((resolve) => {
        waiting.add(resolve);
        const timer = setTimeout(resolve, ms);
        return () => {
          waiting.delete(resolve);
          clearTimeout(timer);
        };
      }, signal);
    },
    close: async () => {
      closing.abort();
      wake();
      await loop;
    },
  };
};

/** Resolves when `begin` says so or the signal aborts, and cleans up after itself. */
const settle = (begin: (resolve: () => void) => unknown, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    let clean: unknown;
    const done = () => {
      if (typeof clean === 'function') clean();
      signal.removeEventListener('abort', done);
      resolve();
    };
    clean = begin(done);
    if (signal.aborted) done();
    else signal.addEventListener('abort', done);
  });
