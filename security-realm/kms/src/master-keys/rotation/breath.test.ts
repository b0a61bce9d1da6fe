import { expect, it } from 'vitest';
import { Breath } from './breath.ts';

it('rests after work while somebody asked within the last second, and not otherwise', async () => {
  let now = 0;
  const waits: number[] = [];
  const breath = new Breath({ monotonicNow: () => now, wait: async (ms) => waits.push(ms) });
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
});
