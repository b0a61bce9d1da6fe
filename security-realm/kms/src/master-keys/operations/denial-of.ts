import { type AmazonKey, denialReasonOf } from '@cloister/hsm';
import type { Hsm } from '../../keys/hsm.ts';
import { asMasterKeyFault } from '../domain/as-master-key-fault.ts';
import type { Denial } from '../domain/key-unusable.ts';

type Prober = Pick<Hsm, 'probe' | 'diagnose'>;

/**
 * Whether Amazon lets a key be used (byok.md §2.1, R069, R070): null when it does.
 * @throws CloisterError for what tells nothing of the key
 */
export const denialOf = async (hsm: Prober, key: AmazonKey): Promise<Denial | null> => {
  try {
    await hsm.probe(key);
    return null;
  } catch (error) {
    const reason = denialReasonOf(error);
    if (reason === null) throw asMasterKeyFault(error);
    return { reason, missing: await missingOf(hsm, key) };
  }
};

const missingOf = async (hsm: Prober, key: AmazonKey): Promise<readonly string[]> => {
  const { missing } = await hsm.diagnose(key);
  return missing;
};
