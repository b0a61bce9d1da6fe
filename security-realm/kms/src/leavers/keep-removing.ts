import type { Log } from '@cloister/logging';
import { isStale, type StatusFeed } from '@cloister/verify';
import type { StatusEntry } from '@cloister/wire';
import { oneAtATime } from '../link/one-at-a-time.ts';
import type { Kms } from '../open-kms.ts';

/** The core writes a removal in milliseconds: one that waits for this long is for the operator to hear of. */
const LONG_MS = 60_000;
/** wires.md §9: "on the entry, at its start, and every 30 s while somebody is left". */
const RECONCILE_MS = 30_000;
/** Homes that are to be asked again are due after moments of their own. */
const ELSEWHERE_MS = 5_000;

type Parts = {
  readonly kms: Pick<Kms, 'removeLeavers' | 'removeElsewhere' | 'undeliveredRemovals'>;
  readonly feed: Pick<StatusFeed, 'age' | 'onEntries'>;
  /** Tells the core what was removed. */
  readonly tell: () => void;
  /** Hears after each round how many removals the core has not written yet. */
  readonly undelivered: (count: number) => void;
  readonly log: Log;
  readonly now: () => Date;
  /** Milliseconds between two rounds that nothing asked for. */
  readonly every?: number;
};

const isLeaver = (entry: StatusEntry): boolean => entry.kind === 'person' && !entry.active;

/** Removes who leaves for as long as the server runs; the result stops it after the removals it is at. */
export const keepRemoving = ({
  kms,
  feed,
  tell,
  undelivered,
  log,
  now,
  every = RECONCILE_MS,
}: Parts): (() => Promise<void>) => {
  const stopping = new AbortController();
  const run = oneAtATime(async () => {
    if (stopping.signal.aborted) return;
    try {
      await kms.removeLeavers({ made: tell, signal: stopping.signal });
      const { count, ageMs } = await kms.undeliveredRemovals();
      undelivered(count);
      if (ageMs > LONG_MS) log.event('removals.undelivered', { count, ageMs }, 'warn');
    } catch (error) {
      log.failure('leavers.failed', error);
    }
  });
  // Homes elsewhere may take long to answer, and nobody here waits for them.
  const elsewhere = oneAtATime(async () => {
    if (stopping.signal.aborted) return;
    await kms
      .removeElsewhere(stopping.signal)
      .catch((error: unknown) => log.failure('leavers.not-removed-elsewhere', error));
  });
  const both = () => {
    void run();
    void elsewhere();
  };
  // A feed that was stale may have told of people while nothing could be done by it.
  let wasStale = true;
  const stopListening = feed.onEntries((entries) => {
    const stale = isStale(feed, now().getTime());
    if ((wasStale && !stale) || entries.some(isLeaver)) both();
    wasStale = stale;
  });
  const timers = [
    setInterval(() => void run(), every),
    setInterval(() => void elsewhere(), Math.min(every, ELSEWHERE_MS)),
  ];
  return async () => {
    stopping.abort();
    stopListening();
    for (const timer of timers) clearInterval(timer);
    await Promise.all([run(), elsewhere()]);
  };
};
