import { CloisterError } from '@cloister/wire';
import type { Caller } from '../channel/authenticate.ts';
import type { KmsContext } from '../context.ts';

/**
 * Counts keys given to a machine, which may ask for all of its organisation's. People are not counted: they have the rooms
 * they are in.
 * @throws CloisterError `kms/too-many`
 */
export const takeFor = (
  { limits, now }: Pick<KmsContext, 'limits' | 'now'>,
  { personId, purpose }: Caller,
  count: number,
): void => {
  if (purpose === null || count === 0) return;
  if (!limits.machineKeys.take(personId, now().getTime(), count)) throw new CloisterError('kms/too-many');
};
