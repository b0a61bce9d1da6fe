import { isOff } from '@cloister/machine';
import type { IndexerClient } from '@cloister/sdk';
import { CloisterError, type QueryToPlan } from '@cloister/wire';
import type { QueryOutcome } from '../queries/answer-query.ts';

export interface TakeQueriesOptions {
  readonly client: Pick<IndexerClient, 'queries'>;
  /** Plans a query and sends the plans, or refuses it. @throws what keeps it from being told */
  readonly answer: (query: QueryToPlan, signal: AbortSignal) => Promise<QueryOutcome>;
  readonly signal: AbortSignal;
  /** How a query went, in a word. */
  readonly told: (outcome: string, tookMs: number) => void;
  /** A fault of this program's. */
  readonly broke: (fault: unknown) => void;
  readonly monotonicNow: () => number;
}

/** Queries at work at the same time; the core gives the others to whoever asks next. */
const most = 16;

/**
 * Takes queries and has each answered, several at a time and whatever following the rooms is at.
 * @throws CloisterError when none can be taken
 */
export const takeQueries = async (options: TakeQueriesOptions): Promise<void> => {
  const { client } = options;
  const working = new Set<Promise<void>>();
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  let off: unknown;
  const answer = async (query: QueryToPlan) => {
    const fault = await one(query, options);
    if (!isOff(fault)) return;
    off = fault;
    over.abort();
  };
  try {
    while (!signal.aborted) {
      const limit = most - working.size;
      if (limit === 0) {
        await Promise.race(working);
        continue;
      }
      for (const query of await client.queries({ wait: 20, limit, signal })) {
        const work = answer(query).finally(() => working.delete(work));
        working.add(work);
      }
    }
  } catch (fault) {
    if (!signal.aborted) throw fault;
  } finally {
    await Promise.all(working);
  }
  if (off !== undefined && !options.signal.aborted) throw off;
};

/** Answers one; what went wrong is told and returned, for it concerns nobody else unless the function is off. */
const one = async (query: QueryToPlan, options: TakeQueriesOptions): Promise<unknown> => {
  const { answer, signal, told, broke, monotonicNow } = options;
  const begun = monotonicNow();
  try {
    const outcome = await answer(query, signal);
    told(outcome.kind === 'refused' ? outcome.code : outcome.kind, monotonicNow() - begun);
    return undefined;
  } catch (fault) {
    if (signal.aborted) return undefined;
    if (!(fault instanceof CloisterError)) broke(fault);
    told(fault instanceof CloisterError ? fault.code : 'platform/internal', monotonicNow() - begun);
    return fault;
  }
};
