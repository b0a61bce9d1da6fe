import type { Database } from '@cloister/database';
import type { Metrics } from '@cloister/health';
import type { Log } from '@cloister/logging';
import { oneAtATime } from '../link/one-at-a-time.ts';
import type { MasterKeyJobs } from './jobs.ts';
import { openMasterKeyMetrics } from './metrics.ts';
import { keepLooking } from './revocation/keep-looking.ts';

/** wires.md §12: "it looks every 5 s". */
const LOOK_MS = 5_000;
/** What is due for the prober is written at each key, five seconds apart at the least. */
const PROBE_MS = 5_000;
const ROTATE_MS = 2_000;
const TIMERS_MS = 30_000;

export type KeepingParts = {
  readonly jobs: MasterKeyJobs;
  readonly database: Pick<Database, 'listen'>;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly lookMs?: number | undefined;
};

/** Does everything about main keys that happens by itself, for as long as the server runs; the result stops it. */
export const keepMasterKeys = async ({
  jobs,
  database,
  metrics,
  log,
  lookMs = LOOK_MS,
}: KeepingParts): Promise<() => Promise<void>> => {
  const stopping = new AbortController();
  const stopLooking = await keepLooking({ database, look: jobs.look, lookMs });
  const tellNumbers = openMasterKeyMetrics(metrics, jobs);
  const rounds = [
    { everyMs: ROTATE_MS, work: () => jobs.rotate(stopping.signal) },
    { everyMs: PROBE_MS, work: () => jobs.probe() },
    { everyMs: TIMERS_MS, work: () => jobs.runTimers() },
    { everyMs: TIMERS_MS, work: tellNumbers },
  ].map(({ everyMs, work }) => {
    const round = oneAtATime(async () => {
      if (stopping.signal.aborted) return;
      await work().catch((error: unknown) => log.failure('master-keys.round-failed', error));
    });
    const timer = setInterval(round, everyMs);
    void round();
    return { round, timer };
  });
  return async () => {
    stopping.abort();
    for (const { timer } of rounds) clearInterval(timer);
    await Promise.all(rounds.map(({ round }) => round()));
    await stopLooking();
    await jobs.leave().catch((error: unknown) => log.failure('master-keys.round-failed', error));
  };
};
