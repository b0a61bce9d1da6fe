import type { Database } from '@cloister/database';
import type { HsmClient } from '@cloister/hsm';
import type { Log } from '@cloister/logging';
import { CloisterError } from '@cloister/wire';
import { type DueKey, lockDisposal, whyNeeded } from '../store/due-row.ts';
import { cancelDisposal } from '../store/hsm-disposal-row.ts';

type Disposing = { readonly database: Database; readonly hsm: Pick<HsmClient, 'destroy'>; readonly log: Log };

/**
 * Destroys a key in the hsm whose disposal is due, and whether it did. Never one that is needed (invariant 8): who plans
 * a disposal may have been wrong, and what is destroyed does not come back.
 */
export const dispose = ({ database, hsm, log }: Disposing, key: DueKey, at: Date): Promise<boolean> =>
  database.transaction(async (tx) => {
    if (!(await lockDisposal(tx, key.keyId, at))) return false;
    const reason = await whyNeeded(tx, key);
    if (reason !== null) {
      log.event('master-key.still-needed', { ...key, reason }, 'error');
      return false;
    }
    await destroy(hsm, key);
    await cancelDisposal(tx, key.keyId);
    log.event('master-key.destroyed', key);
    return true;
  });

const destroy = async (hsm: Disposing['hsm'], key: DueKey): Promise<void> => {
  try {
    await hsm.destroy(key);
  } catch (error) {
    if (!(error instanceof CloisterError) || error.code !== 'hsm/not-found') throw error;
  }
};
