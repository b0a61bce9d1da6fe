import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoff } from './backoff.ts';
import { limited } from './limited.ts';
import { Listeners } from './listeners.ts';
import { oneMore } from './one-more.ts';
import { singleFlight } from './single-flight.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

it('waits at least half a step and never more than the longest', () => {
  const ladder = fc.record({ first: fc.integer({ min: 1, max: 10_000 }), most: fc.integer({ min: 1, max: 100_000 }) });
  void fc.assert(
    fc.property(ladder, fc.nat(10_000), fc.double({ min: 0, max: 1, noNaN: true }), (steps, attempt, jitter) => {
      const step = Math.min(steps.most, steps.first * 2 ** Math.min(attempt, 30));
      const wait = backoff(steps, attempt, jitter);
      expect(wait).toBeGreaterThanOrEqual(Math.floor(step / 2));
      expect(wait).toBeLessThanOrEqual(Math.ceil(step));
    }),
    { numRuns },
  );
});

it('never runs more at once than it may, and runs everything in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(3), { maxLength: 30 }), async (most, turns) => {
      const slots = limited(most);
      const started: number[] = [];
      let running = 0;
      let peak = 0;
      await Promise.all(
        turns.map((length, index) =>
          slots(async () => {
            started.push(index);
            running += 1;
            peak = Math.max(peak, running);
            for (let turn = 0; turn < length; turn += 1) await Promise.resolve();
            running -= 1;
          }),
        ),
      );
      expect(peak).toBeLessThanOrEqual(most);
      expect(started).toEqual(turns.map((_, index) => index));
    }),
    { numRuns },
  );
});

it('gives its slot back when the work fails', async () => {
  const slots = limited(1);
  await expect(slots(() => Promise.reject(new RangeError('no')))).rejects.toThrow('no');
  await expect(slots(async () => 'next')).resolves.toBe('next');
});

it('does one piece of work for all who ask while it runs, and again for the next', async () => {
  let runs = 0;
  const flight = singleFlight(async () => {
    runs += 1;
    await Promise.resolve();
    return runs;
  });
  expect(await Promise.all([flight(), flight(), flight()])).toEqual([1, 1, 1]);
  expect(await flight()).toBe(2);
});

it('does not keep a failure', async () => {
  let fails = true;
  const flight = singleFlight(async () => {
    if (fails) throw new RangeError('once');
    return 'fine';
  });
  await expect(flight()).rejects.toThrow('once');
  fails = false;
  await expect(flight()).resolves.toBe('fine');
});

it('tells each listener once a turn, and none that has gone', async () => {
  const listeners = new Listeners();
  const heard: string[] = [];
  listeners.subscribe(() => heard.push('stays'));
  const leave = listeners.subscribe(() => heard.push('leaves'));
  listeners.announce();
  listeners.announce();
  await Promise.resolve();
  leave();
  listeners.announce();
  await Promise.resolve();
  expect(heard).toEqual(['stays', 'leaves', 'stays']);
});

it('runs once more for all who asked while it ran, since it may have read past what they ask for', async () => {
  const gates: (() => void)[] = [];
  const run = oneMore(() => new Promise<void>((resolve) => void gates.push(resolve)));
  const runs = [run(), run(), run()];
  gates[0]?.();
  await new Promise((resolve) => setImmediate(resolve));
  expect(gates.length).toBe(2);
  gates[1]?.();
  await Promise.all(runs);
  expect(gates.length).toBe(2);
  void run();
  expect(gates.length).toBe(3);
});
