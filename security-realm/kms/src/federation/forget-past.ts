import type { Queries } from '@cloister/database';
import { listLeaseMs } from '@cloister/receipts';
import { deletePastKeys, deletePastLists, trimFingerprints, trimLists } from './store/past-rows.ts';

/** What is kept of other realms at most, whatever they say. */
export type ForeignBounds = {
  /** For how long it is remembered what home stated of a list, so that one that says otherwise is found out. */
  readonly listMs: number;
  /** Lists of one home. */
  readonly lists: number;
  /** Keys of one peer's certificates. */
  readonly fingerprints: number;
};

const foreignBounds: ForeignBounds = { listMs: 30 * 24 * 3600 * 1000, lists: 10_000, fingerprints: 100 };

/** Forgets what of other realms is past, or too much; what is needed again is asked for again. Answers how many rows. */
export const forgetPast = async (queries: Queries, now: Date, bounds = foreignBounds): Promise<number> => {
  const ago = (ms: number) => new Date(now.getTime() - ms);
  return (
    (await deletePastKeys(queries, ago(listLeaseMs))) +
    (await deletePastLists(queries, ago(bounds.listMs))) +
    (await trimLists(queries, bounds.lists)) +
    (await trimFingerprints(queries, bounds.fingerprints))
  );
};
