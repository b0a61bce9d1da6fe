import { isStale } from '@cloister/verify';
import type { KmsContext } from '../context.ts';
import { peopleOnLists } from '../store/authorization-row.ts';
import { leaverNow, ownLeavers } from './own-leavers.ts';
import { removeLeaver } from './remove-leaver.ts';

/** Several at a time share the commits of the audit. */
const AT_ONCE = 4;

export type Removing = {
  /** Called after each removal that was made. */
  readonly made?: () => void;
  /** Stops between two removals. */
  readonly signal?: AbortSignal;
};

/**
 * Removes everybody whom the feed states inactive from every list they stand on (R332), and answers how many removals were
 * made. What a crash or a fault leaves is found again by the next call. Nodes that work at once divide the resources: what
 * another has locked is left for the end, when it is mostly done.
 */
export const removeLeavers = async (context: KmsContext, { made, signal }: Removing = {}): Promise<number> => {
  const { database, status, now, log } = context;
  if (isStale(status, now().getTime())) return 0;
  const leavers = ownLeavers(context);
  const found = await peopleOnLists(database, [...leavers.values()]);
  let count = 0;
  let busy: typeof found = [];
  const remove = async ({ resourceId, subjectId }: (typeof found)[number], wait: boolean): Promise<void> => {
    const leaver = leaverNow(context, leavers.get(subjectId));
    if (leaver === null || signal?.aborted) return;
    try {
      const removal = await removeLeaver(context, resourceId, leaver, { wait });
      if (removal === 'busy') busy.push({ resourceId, subjectId });
      if (removal !== 'made') return;
      count += 1;
      made?.();
    } catch (error) {
      log.failure('leaver.not-removed', error);
    }
  };
  await eachOf(found, (place) => remove(place, false));
  const waitFor = busy;
  busy = [];
  await eachOf(waitFor, (place) => remove(place, true));
  if (found.length > 0) log.event('leavers.removed', { count, leftCount: found.length - count });
  return count;
};

const eachOf = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  const rest = [...items].reverse();
  const follow = async () => {
    for (let item = rest.pop(); item !== undefined; item = rest.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, follow));
};
