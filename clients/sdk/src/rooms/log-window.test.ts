import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { message } from '../testing/log.ts';
import { contiguous, emptyWindow, joined, trimmed } from './log-window.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const run = fc
  .record({ from: fc.integer({ min: 1, max: 60 }), length: fc.integer({ min: 0, max: 15 }) })
  .map(({ from, length }) => Array.from({ length }, (_, at) => message(from + at)));
const positions = (entries: readonly { position: number }[]) => entries.map(({ position }) => position);

it('has no hole, whatever pages come in whatever order', () => {
  void fc.assert(
    fc.property(fc.array(run, { maxLength: 20 }), (runs) => {
      let window = emptyWindow;
      for (const page of runs) {
        const before = positions(window.entries);
        window = joined(window, page);
        const now = positions(window.entries);
        expect(now).toEqual(now.map((_, at) => (now[0] ?? 0) + at));
        // Nothing that was there is lost.
        for (const position of before) expect(now).toContain(position);
      }
    }),
    { numRuns },
  );
});

it('takes what touches and leaves what would make a hole', () => {
  const window = joined(emptyWindow, [message(5), message(6)]);
  expect(positions(joined(window, [message(7)]).entries)).toEqual([5, 6, 7]);
  expect(positions(joined(window, [message(4)]).entries)).toEqual([4, 5, 6]);
  expect(joined(window, [message(8)])).toBe(window);
  expect(joined(window, [message(3)])).toBe(window);
});

it('prefers the newer copy of an entry', () => {
  const window = joined(emptyWindow, [message(1), message(2)]);
  const again = joined(window, [{ ...message(2), body: { kind: 'gone' } }]);
  expect(again.entries[1]?.body).toEqual({ kind: 'gone' });
});

it('keeps only the newest run of a page with a hole', () => {
  expect(positions(contiguous([message(1), message(2), message(4), message(5), message(5)]))).toEqual([4, 5]);
});

it('drops from the end that is told', () => {
  const window = joined(
    emptyWindow,
    [1, 2, 3, 4].map((position) => message(position)),
  );
  expect(positions(trimmed(window, 2, 'oldest').entries)).toEqual([3, 4]);
  expect(positions(trimmed(window, 2, 'newest').entries)).toEqual([1, 2]);
  expect(trimmed(window, 4, 'oldest')).toBe(window);
});
