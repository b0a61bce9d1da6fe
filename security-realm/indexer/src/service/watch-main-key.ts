import type { IndexerClient } from '@cloister/sdk';
import { CloisterError } from '@cloister/wire';
import type { SearchKeyRing } from '../rooms/search-key-ring.ts';

export interface WatchMainKeyOptions {
  readonly client: Pick<IndexerClient, 'keysRevoked'>;
  readonly keys: Pick<SearchKeyRing, 'confirm' | 'isConfirmed'>;
  readonly signal: AbortSignal;
  /** Waits, or less when the signal says so. */
  readonly pause: (ms: number, stop: AbortSignal) => Promise<void>;
}

const EVERY_MS = 30_000;

/**
 * Asks the key server now and then whether the main key is on: what was opened with keys is not to outlive them (invariant 8).
 * @throws CloisterError `kms/revoked` when it is off; what the asking threw, when nobody has said for minutes that it is on
 */
export const watchMainKey = async ({ client, keys, signal, pause }: WatchMainKeyOptions): Promise<void> => {
  while (!signal.aborted) {
    try {
      if (await client.keysRevoked({ signal })) throw new CloisterError('kms/revoked');
      keys.confirm();
    } catch (fault) {
      if (signal.aborted) return;
      if (!keys.isConfirmed || (fault instanceof CloisterError && fault.code === 'kms/revoked')) throw fault;
    }
    await pause(EVERY_MS, signal);
  }
};
