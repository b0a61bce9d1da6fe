import type { IndexerClient } from '@cloister/sdk';
import { CloisterError, type QueryToPlan } from '@cloister/wire';

export interface TakeQueriesOptions {
  readonly client: Pick<IndexerClient, 'queries' | 'refuse'>;
  /** Plans a query and sends the plans. @throws CloisterError why it does not */
  readonly answer: (query: QueryToPlan, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  /** How a query went: `answered`, or the code of why not. */
  readonly told: (outcome: string, tookMs: number) => void;
  /** A fault of this program's. */
  readonly broke: (fault: unknown) => void;
  readonly monotonicNow: () => number;
}

/** Queries at work at the same time; the core gives the others to whoever asks next. */
const most = 16;

/**
 * Takes queries and has each answered, several at a time and whatever following the rooms is at. A query that cannot be
 * answered is refused, so that nobody waits for it.
 * @throws CloisterError when none can be taken
 */
export const takeQueries = async (options: TakeQueriesOptions): Promise<void> => {
  const { client, signal } = options;
  const working = new Set<Promise<void>>();
  try {
    while (!signal.aborted) {
      const limit = most - working.size;
      if (limit === 0) {
        await Promise.race(working);
        continue;
      }
      for (const query of await client.queries({ wait: 20, limit, signal })) {
        const work = one(query, options).finally(() => working.delete(work));
        working.add(work);
      }
    }
  } catch (fault) {
    if (!signal.aborted) throw fault;
  } finally {
    await Promise.all(working);
  }
};

const one = async (query: QueryToPlan, options: TakeQueriesOptions): Promise<void> => {
  const { client, answer, signal, told, broke, monotonicNow } = options;
  const begun = monotonicNow();
  try {
    await answer(query, signal);
    told('answered', monotonicNow() - begun);
  } catch (fault) {
    const code = fault instanceof CloisterError ? fault.code : 'platform/internal';
    if (code === 'platform/internal') broke(fault);
    told(code, monotonicNow() - begun);
    // Nobody waits any more, or the core is away: then it tells its asker.
    if (code !== 'core/query-gone') await client.refuse(query.id, code, { signal }).catch(() => {});
  }
};
