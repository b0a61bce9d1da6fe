import type { IndexerClient } from '@cloister/sdk';
import { CloisterError, type KeyUri, newId, type QueryId, type QueryToPlan, type UserId } from '@cloister/wire';
import { beforeEach, describe, expect, it } from 'vitest';
import type { QueryOutcome } from '../queries/answer-query.ts';
import { takeQueries } from './take-queries.ts';

const queryOf = (): QueryToPlan => ({
  id: newId<QueryId>(),
  userId: newId<UserId>(),
  encryptionKeyUrl: `kms://kms.acme.example/keys/${newId()}` as KeyUri,
  sealed: 'a.b.c.d.e' as QueryToPlan['sealed'],
  rooms: [],
});
const planned: QueryOutcome = { kind: 'planned', plans: 1, bytes: 1 };
let waiting: QueryToPlan[];
let limits: number[];
let told: string[];
let broke: unknown[];

beforeEach(() => {
  waiting = [];
  limits = [];
  told = [];
  broke = [];
});

/** Takes what waits, and stops when nothing does and what was taken is done. */
const run = async (answer: (query: QueryToPlan) => Promise<QueryOutcome>): Promise<unknown> => {
  const stop = new AbortController();
  const count = waiting.length;
  const queries: IndexerClient['queries'] = async ({ limit = 0, signal } = {}) => {
    limits.push(limit);
    const given = waiting.splice(0, limit);
    if (given.length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      if (told.length === count && !signal?.aborted) stop.abort();
    }
    return given;
  };
  return takeQueries({
    client: { queries },
    answer,
    signal: stop.signal,
    told: (outcome) => told.push(outcome),
    broke: (fault) => broke.push(fault),
    monotonicNow: () => 0,
  }).catch((fault: unknown) => fault);
};

describe('queries that wait', () => {
  it('are answered several at a time: none waits for a slow one', async () => {
    waiting = [queryOf(), queryOf()];
    const [slow] = waiting;
    const { promise, resolve } = Promise.withResolvers<void>();
    await run(async (query) => {
      if (query === slow) await promise;
      else resolve();
      return planned;
    });
    expect(told).toEqual(['planned', 'planned']);
  });

  it('are not taken beyond what can be answered: the core gives those to whoever asks next', async () => {
    waiting = Array.from({ length: 40 }, queryOf);
    let atOnce = 0;
    let most = 0;
    await run(async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      atOnce -= 1;
      return planned;
    });
    expect(told).toHaveLength(40);
    expect(most).toBe(16);
    expect(Math.max(...limits)).toBe(16);
  });

  it('say how each went, and a fault in one concerns no other', async () => {
    waiting = [queryOf(), queryOf(), queryOf()];
    const outcomes = [
      async (): Promise<QueryOutcome> => ({ kind: 'refused', code: 'core/query-refused' }),
      () => Promise.reject(new CloisterError('client/offline')),
      () => Promise.reject(new RangeError('a fault of ours')),
    ];
    expect(await run(() => (outcomes.shift() as () => Promise<QueryOutcome>)())).toBeUndefined();
    expect(told.toSorted()).toEqual(['client/offline', 'core/query-refused', 'platform/internal']);
    expect(broke).toEqual([expect.any(RangeError)]);
  });

  it('end when the function is switched off (R342)', async () => {
    waiting = [queryOf()];
    const off = new CloisterError('kms/function-off');
    waiting.push(queryOf());
    expect(await run(() => Promise.reject(off))).toBe(off);
  });
});
