import type { Queries } from '@cloister/database';
import { CloisterError } from '@cloister/wire';
import { undeliveredSubjects } from '../store/leaver-removal-row.ts';

/**
 * No receipt of a resource follows a removal that the core has not written yet (ADR 5): so the core gets the removals of
 * leavers in the order of the chain, and nobody's removal after their return. The resource is locked.
 * @throws CloisterError `kms/unavailable`, which the core asks again after; `kms/conflict` for a change of the person
 * themself, since the core takes no removal while it waits for such a change
 */
export const requireTold = async (
  tx: Queries,
  resourceId: string,
  subjects: readonly { readonly id: string }[],
): Promise<void> => {
  const leavers = await undeliveredSubjects(tx, resourceId);
  if (leavers.length === 0) return;
  if (subjects.some(({ id }) => leavers.includes(id))) {
    throw new CloisterError('kms/conflict', { detail: 'the person is just being removed: they left the organisation' });
  }
  throw new CloisterError('kms/unavailable', { detail: 'a removal is still to be written by the core' });
};
