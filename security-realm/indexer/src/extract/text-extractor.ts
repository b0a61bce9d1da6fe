import { CloisterError } from '@cloister/wire';
import { type ExtractOptions, extractText } from './extract-text.ts';
import type { Extracted } from './extracted.ts';

export interface TextExtractorOptions {
  /** Files read at the same time. */
  readonly parallel: number;
  /** Whether programs can be run in a sandbox here (`checkSandbox`). */
  readonly sandbox: boolean;
  readonly extract?: typeof extractText;
}

/** Reads so many files at a time, in the order they came, so that a room full of documents leaves the machine to others. */
export function textExtractor({ parallel, sandbox, extract = extractText }: TextExtractorOptions): typeof extractText {
  let free = parallel;
  const waiting = new Set<() => void>();

  const enter = (signal?: AbortSignal): Promise<void> => {
    if (free > 0) {
      free--;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const go = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        waiting.delete(go);
        reject(new CloisterError('client/cancelled'));
      };
      waiting.add(go);
      signal?.addEventListener('abort', leave, { once: true });
    });
  };

  const leave = () => {
    const [next] = waiting;
    if (next === undefined) free++;
    else {
      waiting.delete(next);
      next();
    }
  };

  return async (bytes: Uint8Array, options: ExtractOptions): Promise<Extracted> => {
    if (options.signal?.aborted) throw new CloisterError('client/cancelled');
    await enter(options.signal);
    try {
      return await extract(bytes, { ...options, sandbox });
    } finally {
      leave();
    }
  };
}
