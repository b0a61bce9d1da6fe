import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MissedEvents, missedLimit } from './missed-events.ts';
import { RetainedBytes } from './retained-bytes.ts';
import { SharedEvent } from './shared-event.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

const eventOf = (sequence: number) => {
  const event = new SharedEvent(() => '{}', { id: `e${sequence}`, now: 0 });
  event.prepare('http://localhost');
  return event;
};

describe('missed events', () => {
  it('are always the last ones without a gap, within the budget, whatever comes and is acknowledged', () => {
    const step = fc.oneof(fc.constant('push' as const), fc.nat({ max: 600 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 600 }), fc.integer({ min: 1, max: 200 }), (steps, budgeted) => {
        const budget = new RetainedBytes(budgeted * eventOf(100).size);
        const missed = new MissedEvents(budget);
        let sequence = 0;
        for (const one of steps) {
          if (one === 'push') missed.push(++sequence, eventOf(sequence));
          else missed.acknowledge(`e${one}`);
        }
        const kept = Array.from({ length: sequence }, (_, index) => missed.at(index + 1) !== undefined);
        expect(kept.slice(kept.indexOf(true)).every(Boolean) || !kept.includes(true)).toBe(true);
        expect(kept.filter(Boolean).length).toBeLessThanOrEqual(missedLimit);
        for (const [index, there] of kept.entries()) if (there) expect(missed.at(index + 1)?.id).toBe(`e${index + 1}`);
        expect(budget.bytes).toBeLessThanOrEqual(budgeted * eventOf(100).size);
        missed.clear();
        expect(budget.bytes).toBe(0);
      }),
      { numRuns },
    );
  });

  it('count a shared event once, however many readers keep it', () => {
    const budget = new RetainedBytes(1_000_000);
    const event = eventOf(1);
    const readers = Array.from({ length: 50 }, () => new MissedEvents(budget));
    for (const reader of readers) reader.push(1, event);
    expect(budget.bytes).toBe(event.size);
    for (const reader of readers) reader.clear();
    expect(budget.bytes).toBe(0);
  });
});
