import type { Platform } from '../platform.ts';

export interface PatienceOptions {
  readonly platform: Platform;
  /** The longest silence, in milliseconds. */
  readonly ms: number;
  /** The caller's own way to give up. */
  readonly signal?: AbortSignal | undefined;
}

/** For bytes of a file: as long as none moves. */
export const transferPatience = 60_000;

/**
 * Gives a request a signal that aborts after so much silence: a server that accepted it and then says nothing must not
 * hold a caller for ever, nor whoever shares the answer. `alive` starts the silence anew.
 */
export const withPatience = async <T>(
  { platform, ms, signal }: PatienceOptions,
  work: (signal: AbortSignal, alive: () => void) => Promise<T>,
): Promise<T> => {
  const silence = new AbortController();
  const begin = () => platform.after(ms, () => silence.abort());
  let timer = begin();
  const alive = () => {
    timer.cancel();
    timer = begin();
  };
  try {
    return await work(signal === undefined ? silence.signal : AbortSignal.any([silence.signal, signal]), alive);
  } finally {
    timer.cancel();
  }
};
