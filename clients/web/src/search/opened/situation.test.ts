import type { SearchHit, SearchSnapshot } from '@cloister/sdk';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { gapsOf, situationOf } from './situation.ts';

const hit = {} as SearchHit;
const snapshot = (changes: Partial<SearchSnapshot>): SearchSnapshot => ({
  state: 'done',
  hits: [],
  canMore: false,
  unopened: 0,
  ...changes,
});
const whole = { rooms: 12, lagging: 0, missing: 0, unsearched: 0 };

it('says what goes on, and what was found', () => {
  expect(situationOf(snapshot({ state: 'asking' }), false)).toEqual({ kind: 'asking' });
  expect(situationOf(snapshot({ state: 'partial', hits: [hit] }), false)).toEqual({ kind: 'coming', count: 1 });
  expect(situationOf(snapshot({ hits: [hit], canMore: true }), false)).toEqual({ kind: 'found', count: 1, more: true });
  expect(situationOf(snapshot({ reach: whole }), false)).toEqual({ kind: 'nothing', rooms: 12 });
});

it('never says that there is nothing unless everything was looked at (R397)', () => {
  const reach = fc.record({ rooms: fc.nat(50), lagging: fc.nat(2), missing: fc.nat(2), unsearched: fc.nat(1) });
  const made = fc.record({
    reach: fc.option(reach, { nil: undefined }),
    canMore: fc.boolean(),
    unopened: fc.nat(2),
    state: fc.constantFrom('asking', 'partial', 'done', 'failed', 'empty', 'unknown'),
  });
  fc.assert(
    fc.property(made, ({ reach, ...rest }) => {
      const one = snapshot({ ...rest, ...(reach && { reach }) } as Partial<SearchSnapshot>);
      if (situationOf(one, false).kind !== 'nothing') return;
      expect(one).toEqual(
        snapshot({ reach: { rooms: one.reach?.rooms ?? -1, lagging: 0, missing: 0, unsearched: 0 } }),
      );
    }),
    { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) },
  );
});

it('keeps apart what is off, what passes, and what waits for the connection', () => {
  const retry = (code: string, off = false) => {
    const situation = situationOf(snapshot({ state: 'failed', code, hits: [hit] }), off);
    return situation.kind === 'failed' ? [situation.retry, situation.count] : [];
  };
  expect(retry('core/search-off')).toEqual(['none', 1]);
  expect(retry('search/too-long')).toEqual(['none', 1]);
  expect(retry('core/search-unavailable')).toEqual(['soon', 1]);
  expect(retry('client/offline')).toEqual(['online', 1]);
  expect(retry('kms/revoked')).toEqual(['online', 1]);
  expect(retry('core/search-unavailable', true)).toEqual(['online', 1]);
  expect(retry('core/query-refused')).toEqual(['asked', 1]);
});

it('tells what was left out', () => {
  const since = '2026-11-22T10:00:00.000Z';
  const reach = { rooms: 3, lagging: 2, missing: 1, unsearched: 3, since };
  expect(gapsOf(snapshot({ reach, unopened: 4 }))).toEqual({
    lagging: 2,
    missing: 1,
    unsearched: 3,
    unopened: 4,
    since,
  });
  expect(gapsOf(snapshot({}))).toEqual({ lagging: 0, missing: 0, unsearched: 0, unopened: 0 });
});
