import type { Metrics } from '@cloister/health';

/** Registers what docs/operations.md says of search keys; the result looks at the number of the database. */
export const openSearchMetrics = (
  metrics: Metrics,
  { searchKeyCount }: { readonly searchKeyCount: () => Promise<number> },
): (() => Promise<void>) => {
  const keys = metrics.gauge('cloister_kms_search_keys', 'Search keys of rooms that are kept.');
  return async () => keys.set(await searchKeyCount());
};
