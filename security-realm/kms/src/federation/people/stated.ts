import { CloisterError, type StatedPerson, type UserId } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';

/**
 * What identity says of people of other realms at this moment (wires.md §13).
 * @throws CloisterError `kms/unavailable` when it says nothing that is to be believed
 */
export const stated = async (
  { people, log }: Pick<KmsContext, 'people' | 'log'>,
  ids: readonly UserId[],
): Promise<ReadonlyMap<UserId, StatedPerson>> => {
  try {
    return await people.about(ids);
  } catch (cause) {
    log.failure('people.not-stated', cause);
    throw new CloisterError('kms/unavailable', { detail: 'identity does not say whose people these are', cause });
  }
};
