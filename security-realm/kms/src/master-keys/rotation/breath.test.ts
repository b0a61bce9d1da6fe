import { expect, it } from 'vitest';
import type { StartTimer } from '../revocation/start-timer.ts';
import { Breath } from './breath.ts';

it('rests after work while somebody asked within the last second, and not otherwise', async () => {
  let now = 0;
  const waits: number[] = [];
  const startTimer: StartTimer = (ms, wake) => {
    waits.push(ms);
    wake();
    return () => undefined;
  };
  const breath = new Breath({ monotonicNow: () => now, startTimer });
  const work = async () => {
    now += 20;
    return 'done';
  };
  expect(await breath.around(work)).toBe('done');
  expect(waits).toEqual([]);
  breath.asked();
  await breath.around(work);
  expect(waits).toEqual([60]);
  now += 1_000;
  await breath.around(work);
  expect(waits).toEqual([60]);
  breath.asked();
  // The process stood still for ten minutes in the midst of it.
  await breath.around(async () => {
    now += 600_000;
    breath.asked();
  });
  expect(waits).toEqual([60, 1_000]);
});
