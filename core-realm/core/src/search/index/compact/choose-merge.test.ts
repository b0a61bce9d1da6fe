import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Segment } from '../index-head.ts';
import { chooseMerge } from './choose-merge.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

/** An index's segments after batches of these sizes, one after the other, and how many postings were written for them. */
const history = (batches: readonly number[]) => {
  let segments: readonly Segment[] = [];
  let written = 0;
  let to = 0;
  for (const [at, fresh] of batches.entries()) {
    const { merged } = chooseMerge({ next: at, segments }, fresh, [], false);
    const postings = merged.reduce((sum, segment) => sum + segment.postings, fresh);
    written += postings;
    to += 1;
    const made = { segment: at, pages: 1, postings, from: merged[0]?.from ?? to - 1, to };
    segments = [...segments.slice(0, segments.length - merged.length), made];
  }
  return { segments, written, total: batches.reduce((sum, size) => sum + size, 0) };
};

describe('what is merged', () => {
  it('leaves few segments, and writes each posting a few times, however large the index grows', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 300, max: 600 }), { minLength: 1, maxLength: 400 }), (batches) => {
        const { segments, written, total } = history(batches);
        const levels = Math.log(total / 300) / Math.log(3) + 2;
        expect(segments.length).toBeLessThanOrEqual(levels);
        expect(written / total).toBeLessThanOrEqual(2 * levels);
      }),
      { numRuns },
    );
  });

  it('keeps the segments in the order of their documents, without a gap', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 100 }), (batches) => {
        const { segments } = history(batches);
        expect(segments[0]?.from).toBe(0);
        expect(segments.at(-1)?.to).toBe(batches.length);
        segments.slice(1).forEach(({ from }, at) => {
          expect(from).toBe(segments[at]?.to);
        });
      }),
      { numRuns },
    );
  });

  it('rewrites by itself an old segment with a dead document, when it is time', () => {
    const old = { segment: 1, pages: 9, postings: 100_000, from: 0, to: 50 };
    const young = { segment: 2, pages: 1, postings: 10, from: 50, to: 60 };
    const head = { next: 3, segments: [old, young] };
    expect(chooseMerge(head, 10, [50], true)).toEqual({ rewritten: [old], merged: [young] });
    expect(chooseMerge(head, undefined, [51], true)).toEqual({ rewritten: [young], merged: [] });
    expect(chooseMerge(head, 10, [50], false)).toEqual({ rewritten: [], merged: [young] });
  });
});
