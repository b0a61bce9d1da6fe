import type { Database } from '@cloister/database';
import type { Metrics } from '@cloister/health';
import { readBacklog } from './store/backlog.ts';

/** Shows in the metrics what waits in the core for a key server or a machine; the result looks again. */
export const watchBacklog = (db: Database, metrics: Metrics, now: () => number): (() => Promise<void>) => {
  const changes = metrics.gauge('cloister_core_pending_changes', 'Two-part changes no key server decided yet.');
  const age = metrics.gauge('cloister_core_oldest_pending_change_seconds', 'For how long the oldest of them waits.');
  const work = metrics.gauge('cloister_core_open_work', 'Work of functions that no machine finished yet.');
  return async () => {
    const { pendingChanges, oldestChange, openWork } = await readBacklog(db);
    changes.set(pendingChanges);
    age.set(oldestChange === null ? 0 : Math.max(0, (now() - oldestChange.getTime()) / 1000));
    work.set(openWork);
  };
};
