import { CloisterError } from '@cloister/wire';

/** The work, or `platform/timeout` once the signal says that nobody waits any longer. */
export const within = async <T>(signal: AbortSignal, work: Promise<T>): Promise<T> => {
  const late = Promise.withResolvers<never>();
  const onAbort = () => late.reject(new CloisterError('platform/timeout'));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    work.catch(() => undefined);
  }
};
