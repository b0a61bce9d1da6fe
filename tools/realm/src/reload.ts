import type { RealmLayout } from './layout.ts';
import { runningIn } from './lock.ts';

/** Has the process that runs the realm start its key server anew, which then knows what was changed; false when none runs. */
export const reload = (layout: RealmLayout): boolean => {
  const pid = runningIn(layout);
  if (pid === undefined || pid === process.pid) return false;
  process.kill(pid, 'SIGHUP');
  return true;
};
