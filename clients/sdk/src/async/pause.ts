import type { Platform } from '../platform.ts';

/** Waits by the platform's clock; a signal cuts the wait short without an error. */
export const pause = (platform: Platform, ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const finish = () => {
      timer.cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = platform.after(ms, finish);
    signal?.addEventListener('abort', finish);
  });
